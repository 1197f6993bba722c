/**
 * Facts about our own process. Port: SystemPort.
 */
import { cpus } from 'node:os';
import { exactVariables } from './own-words.ts';
import type { SystemPort } from './ports.ts';

/** Our own process as it is now; the environment is copied once and never written. */
export function createSystem(): SystemPort {
  return {
    platform: process.platform,
    pid: process.pid,
    parentPid: process.ppid,
    uid: process.getuid?.(),
    cwd: currentDirectory(),
    env: exactVariables(definedVariables(process.env)),
    countLogicalCpus: () => Math.max(1, cpus().length),
  };
}

/** The working directory may have been removed under us; `/` then, so that a search has a place to start. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function definedVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const name in env) {
    const value = env[name];
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}
