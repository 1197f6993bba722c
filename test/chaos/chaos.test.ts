/**
 * Random sequences of ends, signals, storms of processes and stops: after each the tree is empty and the
 * status is one that the rules allow. ONEPROCPOOL_CHAOS_SEED repeats a run, ONEPROCPOOL_CHAOS_ONLY one
 * sequence of it, ONEPROCPOOL_CHAOS_SEQUENCES says how many there are.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileSource, missingCompiler } from '../support/c-programs.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { play, type Outcome } from './play.ts';
import { allowedStatuses } from './rules.ts';
import { createSequence, type Sequence } from './sequence.ts';

const FEW = 40;
/** Sequences mostly wait, so there may be more of them at a time than CPUs. */
const LANES = Math.min(6, availableParallelism() + 1);

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable] ?? '';
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** What is wrong, in words; `undefined` when nothing is. */
function judge(sequence: Sequence, outcome: Outcome): string | undefined {
  const allowed = allowedStatuses(sequence);
  const wrong = [
    ...outcome.complaints,
    ...(allowed.has(outcome.status) ? [] : [`status ${outcome.status}, allowed ${[...allowed].join(' or ')}`]),
    ...(outcome.left.length === 0 ? [] : [`still alive: ${outcome.left.join(', ')}`]),
    ...(outcome.stderr === '' ? [] : [`stderr: ${outcome.stderr}`]),
  ];
  return wrong.length === 0 ? undefined : wrong.join('; ');
}

test('after chaos the tree is empty and the status is what the rules say', async (t) => {
  const missing = missingCompiler();
  if (missing !== undefined) {
    t.skip(missing);
    return;
  }
  const seed = numberFrom('ONEPROCPOOL_CHAOS_SEED') ?? Date.now() % 1_000_000;
  const only = numberFrom('ONEPROCPOOL_CHAOS_ONLY');
  const count = numberFrom('ONEPROCPOOL_CHAOS_SEQUENCES') ?? FEW;
  const numbers = only === undefined ? Array.from({ length: count }, (_, index) => index) : [only];
  const worker = compileSource('chaos', readFileSync(join(PROJECT_ROOT, 'test/chaos/chaos-worker.c'), 'utf8'));

  const failures: string[] = [];
  const totals = { sequences: 0, processes: 0, longestSeconds: 0 };
  const lane = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const sequence = createSequence(seed, number);
      const outcome = await play(worker, sequence);
      totals.sequences += 1;
      totals.processes += outcome.processCount;
      totals.longestSeconds = Math.max(totals.longestSeconds, outcome.seconds);
      const wrong = judge(sequence, outcome);
      if (wrong !== undefined) failures.push(`sequence ${number}: ${wrong}\n${JSON.stringify(sequence)}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));

  const { sequences, processes, longestSeconds } = totals;
  t.diagnostic(
    `chaos: ${sequences} sequences, ${processes} processes, the longest ${longestSeconds.toFixed(1)} s, seed ${seed}`,
  );
  assert.equal(failures.length, 0, `seed ${seed}, ${failures.length} wrong:\n${failures.join('\n')}`);
});
