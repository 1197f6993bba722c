/** The commands env and presets, with a console that is only played. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { envCommand, findingsOfFormat, renderEnvCommand } from '../../../src/commands/env.ts';
import { presetsCommand, type PresetCandidate } from '../../../src/commands/presets.ts';
import { OneprocpoolError } from '../../../src/errors.ts';
import type { Host } from '../../../src/host/ports.ts';
import type { LibraryPreset } from '../../../src/presets/preset.ts';
import { createStyle } from '../../../src/report/terminal-style.ts';
import { displayWidth } from '../../../src/report/text-layout.ts';
import { samplePlan, sampleWorker } from './sample-plan.ts';

function playedConsole() {
  const said = { out: '', err: '' };
  const console = {
    writeOut: (text: string) => void (said.out += text),
    writeErr: (text: string) => void (said.err += text),
  };
  return { host: { console } as unknown as Host, said };
}
const style = createStyle({ color: false, columns: 80 });

describe('env', () => {
  const plan = samplePlan();
  test('gives the variables of the first worker, or of the one asked for', () => {
    assert.match(renderEnvCommand({ plan, format: 'sh', workerIndex: null }), /^export OMP_NUM_THREADS=3$/m);
    assert.match(renderEnvCommand({ plan, format: 'sh', workerIndex: 2 }), /^export OMP_NUM_THREADS=2$/m);
    assert.throws(
      () => renderEnvCommand({ plan, format: 'sh', workerIndex: 3 }),
      /Expected a worker from 0 to 2, got 3/,
    );
  });
  test('json gives all workers', () => {
    const { workers } = JSON.parse(renderEnvCommand({ plan, format: 'json', workerIndex: null })) as {
      workers: { threads: number; set: Record<string, string> }[];
    };
    assert.deepEqual(
      workers.map(({ threads, set }) => [threads, set['OMP_NUM_THREADS']]),
      [
        [3, '3'],
        [3, '3'],
        [2, '2'],
      ],
    );
    const single = JSON.parse(renderEnvCommand({ plan, format: 'json', workerIndex: 1 })) as {
      set: Record<string, string>;
    };
    assert.equal(single.set['ONEPROCPOOL_WORKER_INDEX'], '1');
  });
  test('says when the other workers differ and when removals cannot be expressed', () => {
    const codes = (format: 'sh' | 'docker' | 'json', count: number) =>
      findingsOfFormat({ plan: samplePlan({ workers: plan.workers.slice(0, count) }), format, workerIndex: null }).map(
        ({ code }) => code,
      );
    assert.deepEqual(codes('sh', 3), ['ENV_FIRST_WORKER_ONLY']);
    assert.deepEqual(codes('sh', 2), []);
    assert.deepEqual(codes('docker', 2), ['ENV_REMOVAL_NOT_EXPRESSED']);
    assert.deepEqual(codes('json', 3), []);
  });
  test('writes the text alone to stdout and warnings to stderr', async () => {
    const { host, said } = playedConsole();
    assert.equal(
      await envCommand(host, { plan, format: 'dotenv', workerIndex: null, style, verbose: false, quiet: false }),
      0,
    );
    assert.equal(said.out, renderEnvCommand({ plan, format: 'dotenv', workerIndex: null }));
    assert.match(said.err, /^oneprocpool: warning: OMP_NUM_THREADS was 64/m);
    assert.doesNotMatch(said.err, /note:/);
  });
  test('quiet says nothing on stderr', async () => {
    const { host, said } = playedConsole();
    const single = samplePlan({ workers: [sampleWorker(0, 2, 1)] });
    await envCommand(host, { plan: single, format: 'sh', workerIndex: null, style, verbose: false, quiet: true });
    assert.equal(said.err, '');
  });
});

const preset = (id: string): LibraryPreset => ({
  id,
  name: `${id} library`,
  tier: 'default',
  side: 'library',
  set: [
    {
      variable: 'OMP_NUM_THREADS',
      value: '{threads}',
      meaning: 'total threads',
      when: { minThreads: 2, spinningHurts: true },
    },
  ],
  unset: [{ variable: 'OMP_PLACES', reason: 'puts every worker on CPU 0', onlyWithSeveralWorkers: true }],
  languages: ['c', 'python'],
  precedence: 'one > two',
  readAt: 'load',
  unsetDefault: 'all CPUs of the affinity mask',
  detect: { sonames: ['libgomp.so*'], threadNames: ['gomp'] },
  traps: [],
  sources: ['https://example.org/source'],
  verified: [{ version: '12.2', date: '2026-11-22', variable: 'OMP_NUM_THREADS', demandCpus: { unset: 2, '1': 1.0 } }],
});

async function runPresets(words: string[], options: { json?: boolean; candidates?: PresetCandidate[] } = {}) {
  const { host, said } = playedConsole();
  const status = await presetsCommand(host, {
    words,
    json: options.json ?? false,
    style,
    load: async () =>
      options.candidates ?? ['libgomp', 'openblas'].map((id) => ({ where: `bundled preset ${id}`, value: preset(id) })),
    loadFile: (path) => preset(path),
    check: (value, where) => {
      if (value === null) throw new OneprocpoolError('PRESET_INVALID', `Expected an object (${where})`);
      return value as LibraryPreset;
    },
  });
  return { ...said, status };
}

describe('presets', () => {
  test('lists id, tier and variables; with the name where there is room', async () => {
    const { out } = await runPresets([]);
    assert.equal(
      out,
      'id        library           tier     variables\nlibgomp   libgomp library   default  OMP_NUM_THREADS\nopenblas  openblas library  default  OMP_NUM_THREADS\n',
    );
    assert.equal((await runPresets(['list'])).out, out);
  });
  test('shows everything about one, within the terminal', async () => {
    const { out } = await runPresets(['show', 'libgomp']);
    for (const line of out.split('\n')) assert.ok(displayWidth(line) <= 80, line);
    const text = out.replaceAll(/\s+/g, ' ');
    assert.match(
      text,
      /sets OMP_NUM_THREADS=\{threads\}: total threads\. Only with 2 threads or more and where waiting threads/,
    );
    assert.match(text, /removes OMP_PLACES: puts every worker on CPU 0 Only with several workers\./);
    assert.match(text, /recognised libgomp\.so\*, thread gomp/);
    assert.match(text, /verified 12\.2, 2026-11-22; demand in CPUs: OMP_NUM_THREADS=1: 1, unset: 2/);
    assert.match(text, /sources https:\/\/example\.org\/source/);
    assert.doesNotMatch(text, /traps|undefined/);
  });
  test('an unknown id gets a suggestion', async () => {
    await assert.rejects(runPresets(['show', 'libgmop']), (error: unknown) => {
      assert.ok(error instanceof OneprocpoolError);
      assert.equal(error.message, 'Expected the id of a known preset, got `libgmop`');
      assert.match(error.hint ?? '', /did you mean `libgomp`\?/);
      return true;
    });
  });
  test('check says that all are sound, or which are not', async () => {
    assert.deepEqual(await runPresets(['check']), { out: '2 presets, all sound\n', err: '', status: 0 });
    const candidates = [
      { where: 'a.json', value: preset('one') },
      { where: 'b.json', value: null },
      { where: 'c.json', value: preset('one') },
    ];
    const bad = await runPresets(['check'], { candidates });
    assert.equal(bad.status, 125);
    assert.equal(bad.out, '3 presets, 2 with errors\n');
    assert.equal(
      bad.err,
      'error: b.json: Expected an object (b.json)\nerror: c.json: Expected each id once, got `one` again (first: a.json)\n',
    );
    const { presets } = JSON.parse((await runPresets(['check'], { candidates, json: true })).out) as {
      presets: { problem: string | null }[];
    };
    assert.deepEqual(
      presets.map(({ problem }) => problem === null),
      [true, false, false],
    );
  });
  test('check takes files too, and then looks at nothing else', async () => {
    assert.deepEqual(await runPresets(['check', 'mine.json']), { out: '1 preset, sound\n', err: '', status: 0 });
    const twice = await runPresets(['check', 'mine.json', 'mine.json']);
    assert.deepEqual([twice.status, twice.out], [125, '2 presets, 1 with errors\n']);
  });
  test('json gives the data', async () => {
    assert.deepEqual(JSON.parse((await runPresets(['show', 'openblas'], { json: true })).out), preset('openblas'));
    assert.equal((JSON.parse((await runPresets(['list'], { json: true })).out) as unknown[]).length, 2);
  });
  for (const words of [['frobnicate'], ['show'], ['show', 'a', 'b'], ['list', 'x']]) {
    test(`refuses: presets ${words.join(' ')}`, async () => {
      await assert.rejects(runPresets(words), /Expected `list`, `show ID` or `check`/);
    });
  }
});
