import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const SRC = resolve(import.meta.dirname, '../src');
const IMPORT = /^(?:import|export) (?!type )(?:[^;']* from )?'((?:@|\.{1,2})\/[^']+)'/gm;
const LAZY = /import\('((?:@|\.{1,2})\/[^']+)'\)/g;

export const ROOMS = readdirSync(join(SRC, 'app/messages/en')).map((file) => file.replace('.json', ''));

/** The rooms whose messages a module says, by itself and by all that is loaded with it. */
export function roomsSaid(entry: string, lazily: boolean): Set<string> {
  const said = new Set<string>();
  const seen = new Set<string>();
  const open = [fileOf(entry, SRC)];
  while (open.length > 0) {
    const file = open.pop();
    if (!file || seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const room of ROOMS) if (new RegExp(`['"\`]${room}\\.[a-zA-Z$]`).test(text)) said.add(room);
    const patterns = lazily ? [IMPORT, LAZY] : [IMPORT];
    for (const pattern of patterns)
      for (const [, target] of text.matchAll(pattern)) open.push(fileOf(target as string, dirname(file)));
  }
  return said;
}

/** Where an import leads; nothing for what is no module of ours. */
function fileOf(target: string, from: string): string | undefined {
  const path = target.startsWith('@/') ? join(SRC, target.slice(2)) : resolve(from, target);
  return ['', '.ts', '.tsx', '/index.ts', '/index.tsx']
    .map((ending) => path + ending)
    .find((file) => /\.tsx?$/.test(file) && existsSync(file));
}
