/** Says the help and the problems of a setting with its input. Mantine keeps the plain attribute for its own texts. */
export function described(id: string) {
  return { attributes: { input: { 'aria-describedby': `${id}__description ${id}__problems` } } };
}
