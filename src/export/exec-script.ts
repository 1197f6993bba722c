/**
 * The sh text with which the shim becomes the command: the answer of the program in exec mode. Pure.
 * The other side is `bin/oneprocpool`, which evaluates it; works in dash, bash and busybox sh.
 */
import { OneprocpoolError } from '../errors.ts';
import { formatCpuList } from '../limits/cpu-list.ts';
import { hasOtherBytes } from '../text/exact-bytes.ts';
import { quoteForSh, shAssignment } from '../text/sh-assignment.ts';
import { addedByShells, isShellName } from '../text/shell-names.ts';

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

/** The answer when the shim guessed wrong and this is to be an ordinary run. */
export const SUPERVISE_SCRIPT = 'opp_mode=run\n';

function checkName(name: string): string {
  if (isShellName(name)) return name;
  const message = `Expected the name of a variable (letters, digits, _), found \`${name}\` (to be set for the command)`;
  throw new OneprocpoolError('USAGE', message, { hint: 'without --exec any name can be set' });
}

/** Ends with `exec`: status 126 or 127 and the message are the shell's own when the command cannot be run. */
export function renderExecScript({ set, unset, skipArgs, cpus, original }: ExecScriptInput): string {
  const lines = skipArgs === 0 ? [] : [`shift ${skipArgs}`];
  const added = original === undefined ? [] : addedByShells((name) => name in original || name in set);
  // In the order of the names, so that the same plan always gives the same text.
  const removed = [...new Set([...unset, ...added])].sort();
  if (removed.length > 0) lines.push(`unset ${removed.map(checkName).join(' ')}`);
  for (const [name, value] of Object.entries(set)) lines.push(shAssignment(checkName(name), value, true));
  const dropped = Object.entries(original ?? {}).filter(([name]) => !isShellName(name) && !unset.includes(name));
  const words = dropped.map((pair, at) => {
    const word = pair.join('=');
    if (!hasOtherBytes(word)) return quoteForSh(word);
    lines.push(shAssignment(`opp_word_${at}`, word));
    return `"$opp_word_${at}"`;
  });
  const prefix = dropped.length === 0 ? '' : `env ${words.join(' ')} `;
  const pin = cpus === undefined ? '' : `taskset -c ${formatCpuList(cpus)} `;
  lines.push(`exec ${pin}${prefix}"$@"`);
  return `${lines.join('\n')}\n`;
}
