import { betterOrWorse, figureText, worstFirst } from './quality';
import { setReader } from './reader';

beforeEach(() => setReader({ locale: 'en', timeZone: 'UTC', dateFormat: 'words' }));

it('says shares in percent and everything else as it is', () => {
  expect(figureText('accuracy', 0.9287)).toBe('92.9%');
  expect(figureText('mae', 12.3456)).toBe('12.3');
  expect(figureText('accuracy', -0.021, true)).toBe('-2.1%');
});

it('knows that less of an error is better', () => {
  expect(betterOrWorse('accuracy', 0.1)).toBe('better');
  expect(betterOrWorse('mae', 0.1)).toBe('worse');
  expect(betterOrWorse('mae', -0.1)).toBe('better');
  expect(betterOrWorse('mae', 0)).toBe('same');
});

it('puts the label that is hit worst first, and those without a case last', () => {
  const classes = [
    { label: 'b', f1: 0.9, cases: 4 },
    { label: 'never', f1: 0, cases: 0 },
    { label: 'a', f1: 0.2, cases: 2 },
  ];
  expect(worstFirst(classes).map((one) => one.label)).toEqual(['a', 'b', 'never']);
});
