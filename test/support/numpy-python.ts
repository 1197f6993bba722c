/** A Python that can import NumPy, for tests on the real library. */
import { spawnSync } from 'node:child_process';

const PROBE = 'import sys, numpy; print(sys.executable)';

/** Path of the interpreter itself, behind shims; `undefined` when none is found. ONEPROCPOOL_TEST_PYTHON comes first. */
export function findNumpyPython(): string | undefined {
  for (const python of [process.env['ONEPROCPOOL_TEST_PYTHON'], 'python3', '/usr/bin/python3']) {
    if (python === undefined || python === '') continue;
    const { status, stdout } = spawnSync(python, ['-c', PROBE], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
