import { fitView, openingView, readingAt } from './viewport';

const card = { x: 0, y: 300, width: 240, height: 72 };

test('names are shown at a third of the size, everything from two thirds on', () => {
  expect([0.2, 0.35, 0.6, 0.7].map(readingAt)).toEqual(['far', 'middle', 'middle', 'near']);
});

test('fit shows every step, however many there are, and none larger than life', () => {
  const all = { x: 0, y: 0, width: 20_000, height: 600 };
  const room = { width: 1440, height: 800 };
  const view = fitView(all, room);
  expect(view.x).toBeGreaterThanOrEqual(0);
  expect(view.x + all.width * view.zoom).toBeLessThanOrEqual(room.width);
  expect(fitView(card, room).zoom).toBe(1);
});

test('where the whole could not be read the beginning is shown first, at the left', () => {
  const all = { x: 0, y: 60, width: 3372, height: 672 };
  expect(readingAt(openingView(all, card, { width: 1440, height: 800 }).zoom)).toBe('middle');
  const phone = { width: 390, height: 740 };
  const view = openingView(all, card, phone);
  expect(readingAt(view.zoom)).toBe('middle');
  expect(card.x * view.zoom + view.x).toBeGreaterThan(0);
  expect((card.x + card.width) * view.zoom + view.x).toBeLessThan(phone.width);
  expect((card.y + card.height / 2) * view.zoom + view.y).toBeCloseTo(phone.height / 2);
});
