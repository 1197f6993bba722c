/**
 * The mark by which processes of this run are recognised when their parents are gone: a variable that every
 * descendant inherits. Pure.
 */

const VARIABLE = 'ONEPROCPOOL_RUN_ID';

/** Unlike that of any other run on this machine, past or present. */
export function createRunMark(ownPid: number, nowNs: bigint): string {
  return `${ownPid}.${nowNs.toString(36)}.`;
}

export function isRunMark(text: string): boolean {
  return /^[0-9]+\.[0-9a-z]+\.$/.test(text);
}

/** That of one worker; contains the mark of the run. */
export function markOfWorker(runMark: string, index: number): string {
  return `${runMark}${index}.`;
}

/** Adds the mark to an environment and keeps the marks of launchers above us, who look for theirs. */
export function markEnvironment(env: Readonly<Record<string, string>>, mark: string): Record<string, string> {
  return { ...env, [VARIABLE]: `${env[VARIABLE] ?? ''}${mark}` };
}
