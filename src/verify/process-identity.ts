/**
 * What a process is: its command line, the libraries mapped into it, the variables it was started with.
 * Reads go through FilePort; `undefined` when the process is gone or belongs to somebody else.
 */
import type { FilePort } from '../host/ports.ts';

const MAX_COMMAND_LENGTH = 200;

/** Words joined by spaces, control characters replaced, cut at 200 characters; empty for a kernel thread or zombie. */
export function parseCommandLine(text: string): string {
  const words = text.replace(/\0+$/, '').replaceAll('\0', ' ');
  // A command line is foreign text that ends up on a terminal: no escape sequences, no line breaks.
  const printable = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const characters = Array.from(printable);
  return characters.length <= MAX_COMMAND_LENGTH
    ? printable
    : `${characters.slice(0, MAX_COMMAND_LENGTH - 1).join('')}…`;
}

/**
 * The asked variables; `null` = not there. As in getenv(), the first of several wins.
 * The kernel shows the environment as it was at exec: what the program changed later is not seen.
 * `undefined` when there is text but no variable in it: some programs write their title over that memory.
 */
export function parseEnvironment(text: string, names: Iterable<string>): Record<string, string | null> | undefined {
  const values = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const equals = entry.indexOf('=');
    const name = entry.slice(0, equals);
    if (equals > 0 && !values.has(name)) values.set(name, entry.slice(equals + 1));
  }
  if (values.size === 0 && text !== '') return undefined;
  const asked: Record<string, string | null> = {};
  for (const name of names) asked[name] = values.get(name) ?? null;
  return asked;
}

/** Paths of the mapped files, each once, in the order of the map; ` (deleted)` is cut off. */
export function parseMappedFiles(text: string): string[] {
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    const slash = line.indexOf(' /');
    if (slash !== -1) paths.add(line.slice(slash + 1).replace(/ \(deleted\)$/, ''));
  }
  return [...paths];
}

/** `undefined` also for a kernel thread or a zombie, which have none. */
export function readCommandLine(files: FilePort, pid: number): string | undefined {
  const command = parseCommandLine(files.readText(`/proc/${pid}/cmdline`) ?? '');
  return command === '' ? undefined : command;
}

/** A process that is ending has an empty environment too: whether it is alive must be known otherwise. */
export function readEnvironment(
  files: FilePort,
  pid: number,
  names: Iterable<string>,
): Record<string, string | null> | undefined {
  const text = files.readText(`/proc/${pid}/environ`);
  return text === undefined ? undefined : parseEnvironment(text, names);
}

export function readMappedFiles(files: FilePort, pid: number): string[] | undefined {
  const text = files.readText(`/proc/${pid}/maps`);
  return text === undefined ? undefined : parseMappedFiles(text);
}
