/**
 * Statements by which a shell, before another program takes its place, undoes what it did to the environment at its
 * own start; for dash, bash and busybox sh. Pure.
 */
import { shAssignment } from './sh-assignment.ts';
import { addedByShells } from './shell-names.ts';

/** Not searched on PATH, which may be meant for the command alone. POSIX systems have it there, for the sake of `#!`. */
export const ENV_PROGRAM = '/usr/bin/env';

/** What `env` puts up with in front of a command whose name it would take for a variable. It changes nothing. */
export const UNTIL_COMMAND: readonly string[] = ['nice', '-n', '0'];

/** @param given the environment that the program is to have. `"$@"` is its command line. */
export function undoShell(given: Readonly<Record<string, string>>): string[] {
  const added = addedByShells((name) => name in given);
  const statements = added.length === 0 ? [] : [`unset ${added.join(' ')}`];
  for (const name of ['PWD', 'OLDPWD']) {
    const value = given[name];
    // A shell that finds another directory there knows better.
    if (value !== undefined) statements.push(shAssignment(name, value, true));
  }
  const level = given['SHLVL'];
  // bash counts down when it makes way, and begins at 0 where there is nothing.
  if (level === undefined) statements.push(`[ -z "\${BASH_VERSION-}" ] || set -- ${ENV_PROGRAM} -u SHLVL "$@"`);
  else statements.push(`[ -n "\${BASH_VERSION-}" ] || ${shAssignment('SHLVL', level, true)}`);
  return statements;
}
