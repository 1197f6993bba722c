/** A `FilePort` over a table of texts; directories follow from the paths. Remembers what was read. */
import type { FilePort } from '../../../src/host/ports.ts';

export function createFakeFiles(texts: Readonly<Record<string, string>>): FilePort & { readonly reads: string[] } {
  const table = new Map(Object.entries(texts));
  const directories = new Map<string, Set<string>>();
  for (const path of table.keys()) {
    for (let child = path; child.includes('/') && child !== '/';) {
      const parent = child.slice(0, child.lastIndexOf('/'));
      const names = directories.get(parent) ?? new Set();
      directories.set(parent, names.add(child.slice(parent.length + 1)));
      child = parent;
    }
  }
  const reads: string[] = [];
  return {
    reads,
    readText(path) {
      reads.push(path);
      return table.get(path);
    },
    listDirectory(path) {
      const names = directories.get(path);
      return names === undefined ? undefined : [...names];
    },
    exists: (path) => table.has(path) || directories.has(path),
    linkCount: (path) => (directories.has(path) ? 2 : undefined),
  };
}
