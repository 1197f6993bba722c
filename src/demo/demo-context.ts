/**
 * What all parts of the demo work with. Types only.
 */
import type { Host } from '../host/ports.ts';

export interface DemoContext {
  readonly host: Host;
  /** Directory of this run for programs and their files; removed afterwards. */
  readonly directory: string;
  /** The user's environment without the variables of the experiment. */
  readonly env: Readonly<Record<string, string>>;
  /** The Node.js that runs us; `null` in a single-file executable. */
  readonly nodePath: string | null;
  /** Directories that may hold `node_modules`. */
  readonly packageRoots: readonly string[];
  /** Says what takes long, on stderr. */
  announce(text: string): void;
}
