// What the browser loads before it draws anything: the entry, everything it imports at once, and their styles.
// Fails when that is more than the budget, so that a heavy import is noticed on the day it is made.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 300;
const ENTRY = 'src/main.tsx';
const BUILD = new URL('../../static/build/', import.meta.url);

const read = (file) => readFileSync(new URL(file, BUILD));
const manifest = JSON.parse(read('manifest.json'));

/** The chunks behind `key` that are loaded with it. */
function loadedWith(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of manifest[key].imports ?? []) loadedWith(imported, found);
  return found;
}

const chunks = [...loadedWith(ENTRY)].map((key) => manifest[key]);
const files = new Set(chunks.flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])]));
const kilobytes = [...files].reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0) / 1000;

console.log(`First load: ${kilobytes.toFixed(1)} KB compressed in ${files.size} files, of ${BUDGET_KB} KB allowed.`);
if (kilobytes > BUDGET_KB) {
  console.error('Too much. Load what the first page does not need with import() where it is needed.');
  process.exit(1);
}
