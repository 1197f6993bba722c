/**
 * The short sh script through which a worker is started when something must be restored that only the
 * process itself can restore. It ends in `exec`: same PID, argv[0] and status as without it. Pure.
 */
import { formatCpuList } from '../limits/cpu-list.ts';
import { hasOtherBytes } from '../text/exact-bytes.ts';
import { shAssignment } from '../text/sh-assignment.ts';
import { survivesShells } from '../text/shell-names.ts';
import { ENV_PROGRAM, undoShell, UNTIL_COMMAND } from '../text/undo-shell.ts';
import type { InheritedState } from './shim-handover.ts';

interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cpus?: readonly number[];
}

/** How to close each of the first three descriptors. */
const CLOSE = ['<&-', '>&-', '2>&-'];

/**
 * What to start so that `command` runs with `inherited`; the command itself when there is nothing to restore.
 * Of the closed descriptors only those are meant that the command is to inherit.
 */
export function throughTrampoline(
  command: Command,
  env: Readonly<Record<string, string>>,
  inherited: InheritedState,
): Command {
  const { softOpenFiles, softMemoryKib, ignoredSignals, blockedSignals, closed } = inherited;
  const dropped = Object.entries(env).filter(([name]) => !survivesShells(name));
  const prefix = dropped.length === 0 ? [] : [ENV_PROGRAM, ...dropped.map((pair) => pair.join('='))];
  // Before the exec, never after: libraries look at the mask when they are loaded, and threads inherit it.
  const pin = command.cpus === undefined ? [] : ['taskset', '-c', formatCpuList(command.cpus)];
  const [file = '', ...args] = [...pin, command.file, ...command.args];
  const words = [...prefix, ...(file.includes('=') ? UNTIL_COMMAND : []), file, ...args];
  const statements = [
    ...(softOpenFiles === null ? [] : [`ulimit -Sn ${softOpenFiles}`]),
    ...(ignoredSignals.length === 0 ? [] : [`trap '' ${ignoredSignals.join(' ')}`]),
    ...Object.entries(env).flatMap(([name, value]) =>
      survivesShells(name) && hasOtherBytes(value) ? [shAssignment(name, value, true)] : [],
    ),
    ...rewrittenWords(words),
    ...blocking(blockedSignals),
  ];
  // The last of what the shell does: it may need more itself than what is left to the command.
  if (softMemoryKib !== null) statements.push(`ulimit -Sv ${softMemoryKib}`);
  if (statements.length === 0 && closed.length === 0) return { file, args };
  statements.push(...undoShell(env), ['exec "$@"', ...closed.map((descriptor) => CLOSE[descriptor])].join(' '));
  return { file: '/bin/sh', args: ['-c', statements.join('; '), 'sh', ...words] };
}

/** No shell can block a signal, but the `env` of GNU can, from coreutils 8.31 on. */
function blocking(signals: readonly number[]): string[] {
  if (signals.length === 0) return [];
  const env = `${ENV_PROGRAM} --block-signal=${signals.join(',')}`;
  return [`if ${env} --version >/dev/null 2>&1; then set -- ${env} "$@"; fi`];
}

/** Puts the words in place whose bytes the runtime cannot pass on. */
function rewrittenWords(words: readonly string[]): string[] {
  if (!words.some(hasOtherBytes)) return [];
  const variable = (at: number): string => `opp_word_${at + 1}`;
  const all = words.map((word, at) => (hasOtherBytes(word) ? `"$${variable(at)}"` : `"\${${at + 1}}"`));
  return [
    ...words.flatMap((word, at) => (hasOtherBytes(word) ? [shAssignment(variable(at), word)] : [])),
    `set -- ${all.join(' ')}`,
  ];
}
