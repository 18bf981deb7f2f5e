import german from '../app/messages/server.de.json';
import { problemLine, told } from '../ui/told';
import type { NodeTypeInfo } from './graph/document';
import { nodeType } from './graph/fixtures';
import { catalogueInWords, nodeTypeInWords } from './graph/node-type-words';
import { choiceWord, phrase, sentence, setServerWords } from './server-words';

afterEach(() => setServerWords(null));

const approval = (): NodeTypeInfo =>
  nodeType('approval', {
    title: 'Approval',
    description: 'Waits until a person approves or rejects, and goes on along the path they chose.',
    ports: [{ key: 'approved', label: 'Approved' }],
    config_schema: {
      title: 'Config',
      properties: {
        // A setting may be called as a word of the schema is.
        title: { title: 'Title', type: 'string', default: 'Title', examples: ['Which document?'] },
        mode: { title: 'Mode', enum: ['Title'], const: 'Title' },
      },
    },
    output_schema: { properties: { facts: { items: { title: 'Facts' } } } },
  });

// ux: 182
it('says the catalogue of steps in German, deep inside the settings, and leaves values alone', () => {
  setServerWords(german);
  const type = nodeTypeInWords(approval());
  expect([type.title, type.ports[0]?.label, type.output_schema]).toEqual([
    'Genehmigung',
    'Genehmigt',
    { properties: { facts: { items: { title: 'Angaben' } } } },
  ]);
  expect(type.config_schema.properties).toEqual({
    title: { title: 'Titel', type: 'string', default: 'Title', examples: ['Welches Dokument?'] },
    mode: { title: 'Modus', enum: ['Title'], const: 'Title' },
  });
});

it('gives the same catalogue until the language changes', () => {
  const types = [approval()];
  setServerWords(german);
  const first = catalogueInWords(types);
  expect(catalogueInWords(types)).toBe(first);
  setServerWords(null);
  expect(catalogueInWords(types).get('approval')).toBe(types[0]);
});

// ux: 182
it('keeps the names that a sentence of the server holds, and says those of settings in German too', () => {
  setServerWords(german);
  const problem = { code: 'missing_setting', message: '“Ask Maria” needs “Title”.', hint: 'Fill it in.' };
  expect(problemLine(problem)).toBe('„Ask Maria“ braucht die Einstellung „Titel“. Füllen Sie sie aus.');
  expect(sentence('Item 3 failed: mail.example.com cannot be reached.')).toBe(
    'Element 3 ist fehlgeschlagen: mail.example.com ist nicht erreichbar.',
  );
});

it('says by its code what no sentence fits, without a half English hint', () => {
  setServerWords(german);
  const problem = { code: 'no_days', message: 'No day of the week is chosen.', hint: 'Choose at least one.' };
  expect(problemLine(problem)).toBe('Es ist kein Tag gewählt. Wählen Sie mindestens einen.');
});

it('leaves what it does not know as the server says it, such as the words of a person', () => {
  setServerWords(german);
  expect(problemLine({ code: 'stopped_by_workflow', message: 'The order is unknown.' })).toBe('The order is unknown.');
  expect([phrase('constructor'), choiceWord('toString')]).toEqual(['constructor', undefined]);
});

it('leaves everything as it is while the language is the server’s own', () => {
  const refused = Object.assign(new Error('x'), { problem: { code: 'denied', detail: 'You may not do this.' } });
  expect(told(refused)).toBe('You may not do this.');
  expect(problemLine({ code: 'no_start', message: 'No start.', hint: 'Add one.' })).toBe('No start. Add one.');
});

it('uses in each German sentence the names of the English one', () => {
  const places = (text: string) => [...new Set(text.match(/{\d}/g))].sort().join();
  const unlike = Object.entries(german.sentences).filter(([english, said]) => places(english) !== places(said));
  expect(unlike).toEqual([]);
});
