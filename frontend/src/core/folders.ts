/** Folders as a tree: they come as a list in which each names the one it stands in. */

interface Placed {
  id: string;
  name: string;
  parent: string | null;
}

/** So deep may folders be nested; also ends the way up where the list is not whole. */
const DEEPEST = 10;

/** From the top down to the folder itself; empty for one that is not in the list. */
export function folderPath<F extends Placed>(folders: readonly F[], id: string | null | undefined): F[] {
  const path: F[] = [];
  let next = id;
  while (next && path.length < DEEPEST) {
    const folder = folders.find((one) => one.id === next);
    if (!folder) break;
    path.unshift(folder);
    next = folder.parent;
  }
  return path;
}

/** "Finance / Invoices". */
export function folderName(folders: readonly Placed[], id: string | null | undefined): string {
  return folderPath(folders, id)
    .map((folder) => folder.name)
    .join(' / ');
}

/** Those directly in `parent`; null: at the top. */
export function foldersIn<F extends Placed>(folders: readonly F[], parent: string | null): F[] {
  return folders.filter((folder) => folder.parent === parent);
}

/** All folders with their whole names, in the order of a tree; what stands in `without`, and that itself, left out. */
export function folderTree(folders: readonly Placed[], without?: string): { id: string; name: string }[] {
  return folders
    .filter((folder) => !folderPath(folders, folder.id).some((one) => one.id === without))
    .map(({ id }) => ({ id, name: folderName(folders, id) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
