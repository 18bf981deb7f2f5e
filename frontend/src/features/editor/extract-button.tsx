export function ExtractButton(_: { keys: readonly string[] }) {
  return null;
}
