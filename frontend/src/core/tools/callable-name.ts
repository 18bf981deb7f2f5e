/** A name as models call tools: "Find an order!" → "find_an_order". */
export function callableName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .toLowerCase()
    .slice(0, 60);
  return /^[a-z]/.test(plain) ? plain : plain && `call_${plain}`;
}
