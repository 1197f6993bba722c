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

/** Index of the worker whose mark is in `environ`; `undefined` without one. */
export function workerOfMark(environ: string, runMark: string): number | undefined {
  const at = environ.indexOf(runMark);
  const index =
    at < 0 ? undefined : /^([0-9]+)\./.exec(environ.slice(at + runMark.length, at + runMark.length + 12))?.[1];
  return index === undefined ? undefined : Number(index);
}

/** Adds the mark to an environment and keeps the marks of launchers above us, who look for theirs. */
export function markEnvironment(env: Readonly<Record<string, string>>, mark: string): Record<string, string> {
  return { ...env, [VARIABLE]: `${env[VARIABLE] ?? ''}${mark}` };
}
