import { format } from './note-format';

// ux: 48
test('words are set bold or italic, and back again', () => {
  const bold = format({ text: 'Call them now', from: 5, to: 9 }, 'bold');
  expect(bold).toEqual({ text: 'Call **them** now', from: 7, to: 11 });
  expect(format(bold, 'bold')).toEqual({ text: 'Call them now', from: 5, to: 9 });
  expect(format({ text: '', from: 0, to: 0 }, 'italic')).toEqual({ text: '__', from: 1, to: 1 });
});

// ux: 48
test('whole lines become a list or a heading, and lines again', () => {
  const list = format({ text: 'Who\nWhat\nWhen', from: 1, to: 6 }, 'list');
  expect(list).toEqual({ text: '- Who\n- What\nWhen', from: 3, to: 10 });
  expect(format(list, 'list')).toEqual({ text: 'Who\nWhat\nWhen', from: 1, to: 6 });
  expect(format({ text: 'Plan', from: 0, to: 0 }, 'heading').text).toBe('## Plan');
});
