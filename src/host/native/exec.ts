/**
 * Becomes another program, as execvp does, with what we had at our own start. Uses the C library.
 */
import { constants } from 'node:os';
import { ptr } from 'bun:ffi';
import { reasonOf, startableFiles, whyNotStartable } from '../find-command.ts';
import type { ExecPort, WorkerExit } from '../ports.ts';
import { startFailure } from '../start-failure.ts';
import type { EntryNotes } from './entry-notes.ts';
import { cString, cStrings, errno, libc } from './libc.ts';
import {
  ALL_SIGNALS,
  changeMask,
  hasSignal,
  onCpus,
  prepareInheritance,
  setIgnored,
  SIG_SETMASK,
  withOriginalLimits,
} from './process-state.ts';

const { ENOENT, ENOTDIR, EACCES, ENOEXEC } = constants.errno;
/** What to execute for `file`, in the order of execvp; a script without an interpreter line goes to sh. */
export function attempts(file: string, args: readonly string[], path: string | undefined) {
  return startableFiles(file, path).flatMap((found) => [
    { found, words: [file, ...args], after: undefined },
    // Source: execvp(3), glibc 2.36.
    { found: '/bin/sh', words: ['/bin/sh', found, ...args], after: ENOEXEC },
  ]);
}

/** Whether the search goes on after this error. */
export function goesOn(code: number): boolean {
  return code === ENOENT || code === ENOTDIR || code === EACCES;
}

export function failureOf(
  file: string,
  path: string | undefined,
  code: number,
): Extract<WorkerExit, { kind: 'not-started' }> {
  const obstacle = whyNotStartable(file, path);
  if (obstacle !== undefined) return obstacle;
  const name = Object.entries(constants.errno).find(([, value]) => value === code)?.[0] ?? `error ${code}`;
  const scarce = startFailure(file, name);
  if (scarce !== undefined) return scarce;
  return { kind: 'not-started', reason: reasonOf(name), message: `Expected to start \`${file}\`, found: ${name}` };
}

export function createExec(notes: EntryNotes): ExecPort {
  return {
    become({ file, args, env, cpus }) {
      const path = env['PATH'];
      const variables = cStrings(Object.entries(env).map((pair) => pair.join('=')));
      prepareInheritance(notes);
      let last: number = ENOENT;
      onCpus(cpus, () => {
        withOriginalLimits(notes, () => {
          for (const { found, words, after } of attempts(file, args, path)) {
            if (after !== undefined && after !== last) continue;
            const [program, argv] = [cString(found), cStrings(words)];
            for (const signal of ALL_SIGNALS) {
              if (hasSignal(notes.ignored, signal)) setIgnored(signal, true);
              else if (signal === 13 || signal === 25) setIgnored(signal, false);
            }
            changeMask(SIG_SETMASK, notes.blocked);
            libc().execve(ptr(program), ptr(argv.array), ptr(variables.array));
            last = errno();
            if (!goesOn(last) && last !== ENOEXEC) break;
          }
        });
      });
      return failureOf(file, path, last);
    },
  };
}
