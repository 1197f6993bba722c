/**
 * From argv to the command that does the work. Uses the console.
 */
import type { CommandContext, Installation } from '../commands/command-context.ts';
import { resolveOption } from '../config/resolve-options.ts';
import { SUPERVISE_SCRIPT } from '../export/exec-script.ts';
import type { Host } from '../host/ports.ts';
import type { ShimHandover } from '../workers/shim-handover.ts';
import { COMMANDS } from './command-table.ts';
import { parseCommandLine } from './parse-command-line.ts';

export interface ProgramInput {
  readonly host: Host;
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly handover: ShimHandover;
  readonly installation: Installation;
}

/** Runs the command line; the exit status. Throws what the command throws. */
export async function dispatch({ host, argv, handover, installation }: ProgramInput): Promise<number> {
  const parsed = await parseCommandLine(argv);
  // The shim saw `--exec` somewhere in the command line; whether it is ours is known only now.
  if (handover.mode === 'exec' && !(parsed.kind === 'command' && asksForExec(parsed, host))) {
    host.console.writeOut(SUPERVISE_SCRIPT);
    return 0;
  }
  if (parsed.kind === 'print') {
    host.console.writeOut(parsed.text);
    return 0;
  }
  const { command, flags, words } = parsed;
  const ownWordCount = argv.length - words.length;
  return COMMANDS[command]({ host, command, flags, words, ownWordCount, handover, installation });
}

function asksForExec({ command, flags }: Pick<CommandContext, 'command' | 'flags'>, host: Host): boolean {
  return command === 'run' && resolveOption('exec', { flags, env: host.system.env }).value === true;
}
