import { EMPTY_FORM, guessed, mainFigure, missing, parametersOf, type TableColumn } from './training';

const column = (name: string, kind: TableColumn['kind']): TableColumn => ({
  name,
  kind,
  missing: 0,
  different: 3,
  examples: [],
});
const LETTERS = [
  column('id', 'number'),
  column('letter', 'text'),
  column('received', 'date'),
  column('kind', 'choice'),
];

it('guesses the text and the label of a table of letters', () => {
  expect(guessed('classify', LETTERS)).toMatchObject({ text: 'letter', target: 'kind' });
});

it('guesses the time and the number of a table to forecast', () => {
  expect(guessed('forecast', [column('month', 'date'), column('sold', 'number')])).toMatchObject({
    time: 'month',
    target: 'sold',
  });
});

it('names what still has to be chosen', () => {
  expect(missing('classify', EMPTY_FORM)).toEqual(['target', 'text']);
  expect(missing('forecast', { ...EMPTY_FORM, target: 'sold' })).toEqual(['time']);
  expect(missing('detect', EMPTY_FORM)).toEqual([]);
});

it('sends only the settings that were changed', () => {
  expect(parametersOf('classify', { ...EMPTY_FORM, text: 'letter' }, LETTERS)).toEqual({ text: 'letter' });
  expect(
    parametersOf(
      'classify',
      { ...EMPTY_FORM, text: 'letter', method: 'words', outside: ' other ', time: 'received' },
      LETTERS,
    ),
  ).toEqual({ text: 'letter', method: 'words', outside: 'other', time: 'received' });
});

it('learns from every column but those that are left out', () => {
  const form = { ...EMPTY_FORM, target: 'kind', time: 'received', left: ['id'] };
  expect(parametersOf('predict', form, LETTERS)).toEqual({ time: 'received', columns: ['letter'] });
  expect(parametersOf('predict', { ...form, left: [] }, LETTERS)).toEqual({ time: 'received' });
});

it('puts the figure first that says most', () => {
  expect(mainFigure({ kappa: 0.7, accuracy: 0.9 })).toEqual({ name: 'accuracy', value: 0.9 });
  expect(mainFigure({})).toBeNull();
});
