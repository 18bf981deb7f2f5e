import { slug } from './slug';

it.each([
  ['My GPT 4', 'my-gpt-4'],
  ['Größe & Preis', 'grosse-preis'],
  ['  Café – Ürün ', 'cafe-urun'],
  ['模型', ''],
])('calls %j %j', (title, name) => {
  expect(slug(title)).toBe(name);
});
