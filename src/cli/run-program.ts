/**
 * The whole program, however it was packed: runs the command line and says what stopped it. Uses the console.
 */
import { styleFor } from '../commands/output-style.ts';
import type { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import { dispatch, type ProgramInput } from './dispatch.ts';
import { plainText, toFailure } from './failure.ts';

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
  const failure = toFailure(error);
  host.console.writeErr(await textOf(host, failure));
  return failure.exitStatus;
}

async function textOf(host: Host, failure: OneprocpoolError): Promise<string> {
  try {
    const { renderError } = await import('../report/error-text.ts');
    return renderError(failure, styleFor(host, 'stderr', 'auto'));
  } catch {
    // Too many open files, for example: the failure itself is what counts.
    return plainText(failure);
  }
}
