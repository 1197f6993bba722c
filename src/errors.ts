/**
 * The one error class of the program and the one table from error code to exit status. Pure.
 */

/** What kind of failure stopped us. Each code has one exit status in `EXIT_STATUS`. */
export type ErrorCode =
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'PRESET_INVALID'
  | 'OVERSUBSCRIBED'
  | 'VERIFY_FAILED'
  | 'REPORT_UNWRITABLE'
  | 'OUTPUT_UNWRITABLE'
  | 'SPAWN_FAILED'
  | 'SYSTEM'
  | 'UNSUPPORTED'
  | 'COMMAND_NOT_EXECUTABLE'
  | 'COMMAND_NOT_FOUND'
  | 'INTERNAL';

/**
 * Exit status for each error code: 125 our own failure, 126 found but not executable, 127 not found.
 * Source: the convention of `env`, `nohup`, `timeout` and `docker run` (coreutils manual 9.8, "Exit status").
 */
export const EXIT_STATUS: Readonly<Record<ErrorCode, number>> = {
  USAGE: 125,
  CONFIG_INVALID: 125,
  PRESET_INVALID: 125,
  OVERSUBSCRIBED: 125,
  VERIFY_FAILED: 125,
  REPORT_UNWRITABLE: 125,
  OUTPUT_UNWRITABLE: 125,
  SPAWN_FAILED: 125,
  SYSTEM: 125,
  UNSUPPORTED: 125,
  COMMAND_NOT_EXECUTABLE: 126,
  COMMAND_NOT_FOUND: 127,
  INTERNAL: 125,
};

/**
 * A failure that ends the program. The message says what was expected, what was found and where it came
 * from; `hint` says what to do about it. Only `main.ts` prints it.
 */
export class OneprocpoolError extends Error {
  override readonly name = 'OneprocpoolError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** Exit status of the program, 125 to 127. */
  get exitStatus(): number {
    return EXIT_STATUS[this.code];
  }
}

/**
 * Whether a caught value is one of ours. By name: the core and the lazily loaded parts of the built program
 * each hold a copy of the class.
 */
export function isOneprocpoolError(error: unknown): error is OneprocpoolError {
  return error instanceof Error && error.name === 'OneprocpoolError';
}
