/** Inherited values that real libraries cannot bear: they start under oneprocpool, and the report says what was repaired. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';

interface Reader {
  readonly name: string;
  /** Group of tools/conformance that installs it. */
  readonly group: string;
  /** Variables that it reads, all set to the bad value. */
  readonly variables: readonly string[];
  readonly code: string;
  /** Values that it dies of when nobody repairs them; by a run of these versions. */
  readonly fatal: readonly string[];
}

const READERS: readonly Reader[] = [
  {
    name: 'numexpr',
    group: 'core',
    variables: ['NUMEXPR_NUM_THREADS', 'OMP_NUM_THREADS'],
    code: 'import numexpr, numpy; assert numexpr.evaluate("a + 1", {"a": numpy.ones(3)}).sum() == 6',
    fatal: ['4,2', 'abc'],
  },
  {
    name: 'numba',
    group: 'core',
    variables: ['NUMBA_NUM_THREADS'],
    code: 'import numba; assert numba.get_num_threads() >= 1',
    fatal: ['0'],
  },
  {
    name: 'Polars',
    group: 'core',
    variables: ['POLARS_MAX_THREADS'],
    code: 'import polars; assert polars.select(polars.lit(1).sum()).item() == 1',
    fatal: [],
  },
  {
    name: 'joblib',
    group: 'core',
    variables: ['LOKY_MAX_CPU_COUNT'],
    code: 'import joblib; assert joblib.cpu_count() >= 1',
    fatal: ['4,2', '', 'abc'],
  },
  {
    name: 'tokio (in DataFusion)',
    group: 'numeric',
    variables: ['TOKIO_WORKER_THREADS'],
    code: 'import datafusion; assert datafusion.SessionContext().sql("select 1").collect()',
    fatal: ['4,2', '', 'abc', '0', ' 2 '],
  },
  {
    name: 'CPython 3.13',
    group: 'python313',
    variables: ['PYTHON_CPU_COUNT'],
    code: 'import os; assert os.cpu_count() >= 1',
    fatal: ['4,2', 'abc', '0', ' 2 '],
  },
];
const BAD_VALUES = ['4,2', '', 'abc', '0', ' 2 '];

function findPython(group: string): { python: string } | { reason: string } {
  const found = spawnSync(process.execPath, ['scripts/conformance.mjs', '--python', group], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  return found.status === 0 ? { python: found.stdout.trim() } : { reason: found.stderr.trim() };
}

function inherited({ variables }: Reader, value: string): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(variables.map((variable) => [variable, value])) };
}

function runUnderProduct(
  python: string,
  reader: Reader,
  value: string,
): { status: number | null; stderr: string; report: RunReport } {
  const folder = mkdtempSync(join(tmpdir(), 'oneprocpool-hygiene-'));
  const file = join(folder, 'report.json');
  const options = ['--no-config', '--verify', 'off', '--report', file];
  const { status, stderr } = spawnSync(PROGRAM, [...options, '--', python, '-c', reader.code], {
    env: inherited(reader, value),
    encoding: 'utf8',
  });
  const report = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
  rmSync(folder, { recursive: true });
  return { status, stderr, report };
}

for (const reader of READERS)
  describe(`${reader.name} with a bad value in ${reader.variables.join(' and ')}`, () => {
    const found = findPython(reader.group);
    for (const value of BAD_VALUES) {
      const fatal = reader.fatal.includes(value);
      test(`${JSON.stringify(value)} ${fatal ? 'kills it bare; it' : 'is repaired; it'} starts under oneprocpool`, (t) => {
        if ('reason' in found) return t.skip(found.reason);
        const bare = spawnSync(found.python, ['-c', reader.code], { env: inherited(reader, value) });
        if (fatal) assert.notEqual(bare.status, 0, 'the bare run was expected to die');
        const { status, stderr, report } = runUnderProduct(found.python, reader, value);
        assert.equal(status, 0, stderr);
        for (const variable of reader.variables) {
          // A list is what OpenMP takes; the variables of the others get its first number, or the share if that is lower.
          if (value === '4,2' && variable === 'OMP_NUM_THREADS') continue;
          const changed = report.findings.filter(
            ({ code, message }) => /^VALUE_(REPAIRED|LOWERED)$/.test(code) && message.includes(variable),
          );
          assert.equal(changed.length, 1, `no finding tells that ${variable} was changed`);
        }
      });
    }
  });
