/**
 * What may have been meant by a command that was not found: programs on PATH, files beside it, or a command of
 * oneprocpool. Loaded only then. Uses files.
 */
import { COMMAND_NAMES } from '../config/option-spec.ts';
import type { FilePort } from '../host/ports.ts';
import { closestName, closestNames } from '../text/closest-name.ts';

/** A PATH of a module system can be long, and a directory on it slow; this is only a hint. */
const MAX_DIRECTORIES = 64;
const MAX_NAMES = 50_000;
const MAX_SHOWN = 3;

/** `; did you mean ...?`, or nothing when no name is near. `path` is the PATH that was searched. */
export function didYouMean(files: Pick<FilePort, 'listDirectory'>, file: string, path: string, cwd: string): string {
  const meant = nearestCommands(files, file, path, cwd).map((name) => `\`${name}\``);
  const last = meant.pop();
  if (last === undefined) return '';
  return `; did you mean ${meant.length === 0 ? last : `${meant.join(', ')} or ${last}`}?`;
}

function nearestCommands(files: Pick<FilePort, 'listDirectory'>, file: string, path: string, cwd: string): string[] {
  const slash = file.lastIndexOf('/');
  if (slash !== -1) {
    const directory = file.slice(0, slash + 1);
    const names = files.listDirectory(directory.startsWith('/') ? directory : `${cwd}/${directory}`) ?? [];
    return closestNames(file.slice(slash + 1), names.slice(0, MAX_NAMES), MAX_SHOWN).map((name) => directory + name);
  }
  const names = new Set<string>();
  for (const directory of path.split(':').slice(0, MAX_DIRECTORIES)) {
    const listed = files.listDirectory(directory.startsWith('/') ? directory : `${cwd}/${directory}`) ?? [];
    for (const name of listed) names.add(name);
    if (names.size > MAX_NAMES) break;
  }
  const own = closestName(file, COMMAND_NAMES);
  const ownWords = own === undefined ? [] : [`oneprocpool ${own}`];
  return [...ownWords, ...closestNames(file, names, MAX_SHOWN)].slice(0, MAX_SHOWN);
}
