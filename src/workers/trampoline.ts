/**
 * The short sh script through which a worker is started when something must be restored that only the
 * process itself can restore. It ends in `exec`: same PID, argv[0] and status as without it. Pure.
 */
import { addedByShells, isShellName } from '../text/shell-names.ts';
import type { InheritedState } from './shim-handover.ts';

interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What to start so that `command` runs with `inherited`; the command itself when there is nothing to restore. */
export function throughTrampoline(
  command: Command,
  env: Readonly<Record<string, string>>,
  inherited: InheritedState,
): Command {
  const { softOpenFiles, ignoredSignals } = inherited;
  const statements: string[] = [];
  if (softOpenFiles !== null) statements.push(`ulimit -Sn ${softOpenFiles}`);
  if (ignoredSignals.length > 0) statements.push(`trap '' ${ignoredSignals.join(' ')}`);
  if (statements.length === 0) return command;
  const added = addedByShells((name) => name in env);
  if (added.length > 0) statements.push(`unset ${added.join(' ')}`);
  statements.push('exec "$@"');
  const dropped = Object.entries(env).filter(([name]) => !isShellName(name));
  const prefix = dropped.length === 0 ? [] : ['env', ...dropped.map(([name, value]) => `${name}=${value}`)];
  return { file: '/bin/sh', args: ['-c', statements.join('; '), 'sh', ...prefix, command.file, ...command.args] };
}
