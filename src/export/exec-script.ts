/**
 * The sh text with which the shim becomes the command: the answer of the program in exec mode. Pure.
 * The other side is `bin/oneprocpool`, which evaluates it; works in dash, bash and busybox sh.
 */
import { OneprocpoolError } from '../errors.ts';
import { formatCpuList } from '../limits/cpu-list.ts';
import { hasOtherBytes } from '../text/exact-bytes.ts';
import { quoteForSh, shAssignment } from '../text/sh-assignment.ts';
import { isShellName, survivesShells } from '../text/shell-names.ts';
import { ENV_PROGRAM, undoShell, UNTIL_COMMAND } from '../text/undo-shell.ts';

export interface ExecScriptInput {
  /** Variables to write. A name that is no shell name throws USAGE. */
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** Number of our own words before the command. */
  readonly skipArgs: number;
  /** CPUs the command is bound to; absent: those it inherits. */
  readonly cpus?: readonly number[];
  /**
   * The environment with which the shim was started (`/proc/PPID/environ`), to undo what its shell did to it;
   * absent = unknown, and nothing is undone.
   */
  readonly original?: Readonly<Record<string, string>>;
}

/** The first line of every answer: the shim evaluates nothing else. */
const MARK = '# oneprocpool';

/** The answer when the shim guessed wrong and this is to be an ordinary run. */
export const SUPERVISE_SCRIPT = `${MARK}\nopp_mode=run\n`;

/** The answer when the command cannot be started, which has been said already. */
export function exitScript(status: number): string {
  return `${MARK}\nexit ${status}\n`;
}

function checkName(name: string): string {
  if (isShellName(name)) return name;
  const message = `Expected the name of a variable (letters, digits, _), found \`${name}\` (to be set for the command)`;
  throw new OneprocpoolError('USAGE', message, { hint: 'without --exec any name can be set' });
}

/** Ends with `exec`: what only the kernel finds wrong with the command is said by the shell. */
export function renderExecScript({ set, unset, skipArgs, cpus, original }: ExecScriptInput): string {
  const lines = [MARK, ...(skipArgs === 0 ? [] : [`shift ${skipArgs}`])];
  if (unset.length > 0) lines.push(`unset ${[...unset].sort().map(checkName).join(' ')}`);
  for (const [name, value] of Object.entries(set)) lines.push(shAssignment(checkName(name), value, true));
  const given = Object.entries(original ?? {}).filter(([name]) => !unset.includes(name) && !(name in set));
  const dropped = given.filter(([name]) => !survivesShells(name));
  const words = dropped.map((pair, at) => {
    const word = pair.join('=');
    if (!hasOtherBytes(word)) return quoteForSh(word);
    lines.push(shAssignment(`opp_word_${at}`, word));
    return `"$opp_word_${at}"`;
  });
  const isBehindEnv = dropped.length > 0 || !('SHLVL' in { ...original, ...set });
  if (cpus !== undefined) lines.push(`set -- taskset -c ${formatCpuList(cpus)} "$@"`);
  else if (isBehindEnv && original !== undefined)
    lines.push(`case $1 in *=*) set -- ${UNTIL_COMMAND.join(' ')} "$@" ;; esac`);
  if (dropped.length > 0) lines.push(`set -- ${ENV_PROGRAM} ${words.join(' ')} "$@"`);
  if (original !== undefined) lines.push(...undoShell({ ...Object.fromEntries(given), ...set }));
  return `${lines.join('\n')}\nexec "$@"\n`;
}
