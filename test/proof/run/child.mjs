// Runs a command in a process group of its own, for a limited time, and leaves nothing behind when this process is stopped.
import { spawn } from 'node:child_process';

let current;

/** `{ status }`: of the exit, or the name of the signal. `onLine(text)`: each line of stderr. */
export function runChild([file, args], patienceSeconds, onLine) {
  const child = spawn(file, args.map(String), {
    stdio: ['ignore', 'ignore', onLine ? 'pipe' : 'ignore'],
    detached: true,
  });
  current = child;
  const timer = setTimeout(stopCurrent, patienceSeconds * 1000);
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      current = undefined;
      resolve({ status: status ?? signal });
    });
  });
}

export function stopCurrent() {
  if (current === undefined) return;
  try {
    process.kill(-current.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
