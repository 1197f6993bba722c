/**
 * What every command is given. Types only.
 */
import type { Flags } from '../config/flags.ts';
import type { CommandName } from '../config/option-spec.ts';
import type { Host } from '../host/ports.ts';
import type { ShimHandover } from '../workers/shim-handover.ts';

/** Where this program lies, for commands that start it again. */
export interface Installation {
  /** Command that starts this program, for example `['/usr/lib/node_modules/oneprocpool/bin/oneprocpool']`. */
  readonly program: readonly string[];
  /** The Node.js that runs us; `null` in a single-file executable. */
  readonly nodePath: string | null;
  /** Root of the package; `null` in a single-file executable. */
  readonly packageRoot: string | null;
}

export interface CommandContext {
  readonly host: Host;
  readonly command: CommandName;
  readonly flags: Flags;
  /** The command to run with its arguments, or the operands of a subcommand. */
  readonly words: readonly string[];
  /** How many words of our own command line come before `words`. */
  readonly ownWordCount: number;
  /** What the sh shim found before this runtime started. */
  readonly handover: ShimHandover;
  readonly installation: Installation;
}
