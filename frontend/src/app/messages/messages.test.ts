import de from './de';
import en from './en';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

const places = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name).sort();

// ux: 182
it('says everything in German that it says in English, with the same values in it', () => {
  const german = new Map(leaves(de as Tree));
  const english = leaves(en as Tree);
  expect(english.filter(([key]) => !german.has(key)).map(([key]) => key)).toEqual([]);
  const known = new Set(english.map(([key]) => key));
  expect([...german.keys()].filter((key) => !known.has(key))).toEqual([]);
  expect(english.filter(([key, text]) => `${places(text)}` !== `${places(german.get(key) ?? '')}`)).toEqual([]);
});
