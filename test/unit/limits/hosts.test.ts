/** Every fixture host gives exactly the limits, the budget and the findings in its expected.json. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createFiles } from '../../../src/host/files.ts';
import { chooseBudget } from '../../../src/limits/cpu-budget.ts';
import { readCpuLimits } from '../../../src/limits/cpu-limits.ts';
import type { CpuBudget, CpuLimits } from '../../../src/limits/limits.ts';
import { PROJECT_ROOT } from '../../support/project.ts';

interface Expected {
  readonly source: string;
  readonly env?: Record<string, string>;
  readonly limits: CpuLimits;
  readonly budget: Pick<CpuBudget, 'cpus' | 'exact' | 'decidedBy'>;
  readonly findings: readonly string[];
}

const HOSTS = join(PROJECT_ROOT, 'test/fixtures/hosts');
const cases = readdirSync(HOSTS).sort();

describe('fixture hosts', () => {
  test('there are at least 100 of them', () => {
    assert.ok(cases.length >= 100, `found ${cases.length}`);
  });

  for (const name of cases) {
    test(name, () => {
      const expected = JSON.parse(readFileSync(join(HOSTS, name, 'expected.json'), 'utf8')) as Expected;
      const reading = readCpuLimits(createFiles(join(HOSTS, name)), {
        env: expected.env ?? {},
        fallbackCpuCount: null,
      });
      const { onlineCpus: _online, coreGroups, findings, ...limits } = reading;
      const options = { userCpus: null, reserve: null, rounding: 'floor', physical: false } as const;
      const { budget, findings: budgetFindings } = chooseBudget(reading, options);
      assert.deepEqual(
        {
          source: expected.source,
          ...(expected.env === undefined ? {} : { env: expected.env }),
          limits,
          budget: { cpus: budget.cpus, exact: budget.exact, decidedBy: budget.decidedBy },
          findings: [...findings, ...budgetFindings].map(({ code }) => code),
        },
        expected,
      );
      assert.ok(expected.source.length > 20, 'expected.json states where the case comes from');
      assert.equal(coreGroups.length, reading.physicalCores ?? 0);
      if (reading.physicalCores !== null) {
        assert.deepEqual(
          coreGroups.flat().sort((a, b) => a - b),
          reading.allowedCpus,
        );
      }
    });
  }
});
