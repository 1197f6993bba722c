/**
 * The text of the script that a command runs, as far as the command line shows it. Uses `FilePort`.
 */
import { basename } from 'node:path';
import type { FilePort } from '../host/ports.ts';

const SHELLS = /^(?:ba|da|k|z|a|mk)?sh$/;
/** A script is short; of a program that is none, the first bytes say so. */
const MOST_CHARACTERS = 256 * 1024;

export interface Script {
  /** For messages: the file name, or the shell of `sh -c TEXT`. */
  readonly name: string;
  readonly text: string;
}

/** `undefined` for a program that is no script, and for one that cannot be read. */
export function findScript(files: FilePort, words: readonly string[], path: string): Script | undefined {
  const [file = '', ...rest] = words;
  if (!SHELLS.test(basename(file))) {
    const text = read(files, locate(files, file, path));
    return text?.startsWith('#!') === true ? { name: basename(file), text } : undefined;
  }
  const operand = rest.findIndex((word) => !word.startsWith('-'));
  if (operand < 0) return undefined;
  const isText = rest.slice(0, operand).some((word) => /^-[a-z]*c$/.test(word));
  const name = isText ? file : (rest[operand] ?? '');
  const text = isText ? rest[operand] : read(files, name);
  return text === undefined ? undefined : { name: basename(name), text };
}

function locate(files: FilePort, file: string, path: string): string | undefined {
  if (file.includes('/')) return file;
  return path
    .split(':')
    .map((directory) => `${directory === '' ? '.' : directory}/${file}`)
    .find((candidate) => files.exists(candidate));
}

function read(files: FilePort, path: string | undefined): string | undefined {
  return path === undefined ? undefined : files.readText(path)?.slice(0, MOST_CHARACTERS);
}
