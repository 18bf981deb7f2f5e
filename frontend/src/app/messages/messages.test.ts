import { readFileSync } from 'node:fs';
import { roomsSaid } from '../../../test/rooms';
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

it('loads with each page the messages that it says, and with the first one those of every page', () => {
  const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const early = [...read('../i18n.ts').matchAll(/from '\.\/messages\/en\/(\w+)\.json'/g)].map(([, room]) => room);
  expect([...roomsSaid('@/main', false)].filter((room) => !early.includes(room))).toEqual([]);
  const routes = read('../router.tsx') + read('../governance-routes.ts');
  const pages = [...routes.matchAll(/page\(\(\) => import\('([^']+)'\)((?:,\s*'\w+')*),?\s*\)/g)];
  expect(pages.length).toBeGreaterThan(20);
  for (const [, entry = '', list = ''] of pages) {
    const loaded = [...list.matchAll(/'(\w+)'/g)].map(([, room]) => room as string);
    const said = [...roomsSaid(entry, true)].filter((room) => !early.includes(room));
    expect({ entry, rooms: loaded.sort() }).toEqual({ entry, rooms: said.sort() });
  }
});
