import { folderName, folderPath, foldersIn, folderTree } from './folders';

const folders = [
  { id: 'f', name: 'Finance', parent: null },
  { id: 'c', name: 'Claims', parent: null },
  { id: 'i', name: 'Invoices', parent: 'f' },
  { id: 's', name: 'Suppliers', parent: 'i' },
];

describe('folders', () => {
  // ux: 20
  it('lead from the top down to where one is', () => {
    expect(folderPath(folders, 's').map((folder) => folder.id)).toEqual(['f', 'i', 's']);
    expect(folderName(folders, 's')).toBe('Finance / Invoices / Suppliers');
    expect(folderPath(folders, 'gone')).toEqual([]);
    expect(folderPath(folders, null)).toEqual([]);
  });

  it('stand in one another', () => {
    expect(foldersIn(folders, null).map((folder) => folder.id)).toEqual(['f', 'c']);
    expect(foldersIn(folders, 'i').map((folder) => folder.id)).toEqual(['s']);
  });

  // ux: 20
  it('are offered as places in the order of the tree, but never a place inside what is moved', () => {
    const all = ['Claims', 'Finance', 'Finance / Invoices', 'Finance / Invoices / Suppliers'];
    expect(folderTree(folders).map((folder) => folder.name)).toEqual(all);
    expect(folderTree(folders, 'i').map((folder) => folder.name)).toEqual(['Claims', 'Finance']);
  });

  it('that name each other as their place end nobody’s patience', () => {
    const circle = [
      { id: 'a', name: 'A', parent: 'b' },
      { id: 'b', name: 'B', parent: 'a' },
    ];
    expect(folderPath(circle, 'a')).toHaveLength(10);
  });
});
