/**
 * The whole program, however it was packed: runs the command line and says what stopped it. Uses the console.
 */
import { styleFor } from '../commands/output-style.ts';
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import { dispatch, type ProgramInput } from './dispatch.ts';

/** The exit status. Never rejects. */
export async function runProgram(input: ProgramInput): Promise<number> {
  try {
    return await dispatch(input);
  } catch (error) {
    return explain(input.host, error);
  }
}

/** Says on stderr what stopped us; the exit status. */
async function explain(host: Host, error: unknown): Promise<number> {
  const { renderError } = await import('../report/error-text.ts');
  const style = styleFor(host, 'stderr', 'auto');
  if (isOneprocpoolError(error)) {
    host.console.writeErr(renderError(error, style));
    return error.exitStatus;
  }
  const unexpected = new OneprocpoolError(
    'INTERNAL',
    `Unexpected: ${error instanceof Error ? error.stack : String(error)}`,
    {
      hint: 'this is a defect of oneprocpool; please report it with the command line',
    },
  );
  host.console.writeErr(renderError(unexpected, style));
  return unexpected.exitStatus;
}
