/**
 * From argv to the command that does the work. Each command is loaded only when it is called for.
 */
import type { CommandContext } from '../commands/command-context.ts';
import { runCommand } from '../commands/run.ts';
import { resolveOption } from '../config/resolve-options.ts';
import type { Host } from '../host/ports.ts';
import type { ShimHandover } from '../workers/shim-handover.ts';
import { parseCommandLine } from './parse-command-line.ts';

/** Runs the command line; the exit status. Throws what the command throws. */
export async function dispatch(host: Host, argv: readonly string[], handover: ShimHandover): Promise<number> {
  const parsed = await parseCommandLine(argv);
  // The shim saw `--exec` somewhere in the command line; whether it is ours is known only now.
  if (handover.mode === 'exec' && !(parsed.kind === 'command' && asksForExec(parsed, host))) {
    const { SUPERVISE_SCRIPT } = await import('../export/exec-script.ts');
    host.console.writeOut(SUPERVISE_SCRIPT);
    return 0;
  }
  if (parsed.kind === 'print') {
    host.console.writeOut(parsed.text);
    return 0;
  }
  const { command, flags, words } = parsed;
  const context: CommandContext = { host, command, flags, words, ownWordCount: argv.length - words.length, handover };
  return COMMANDS[command](context);
}

const COMMANDS: Readonly<Record<CommandContext['command'], (context: CommandContext) => Promise<number>>> = {
  run: runCommand,
  plan: async (context) => (await import('../commands/plan.ts')).planCommand(context),
  env: async (context) => (await import('../commands/env.ts')).envCommand(context),
  presets: async (context) => (await import('../commands/presets.ts')).presetsCommand(context),
  demo: async (context) => (await import('../commands/demo.ts')).demoCommand(context),
  completion: async (context) => (await import('../commands/completion.ts')).completionCommand(context),
};

function asksForExec({ command, flags }: Pick<CommandContext, 'command' | 'flags'>, host: Host): boolean {
  return command === 'run' && resolveOption('exec', { flags, env: host.system.env }).value === true;
}
