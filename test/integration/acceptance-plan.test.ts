/** What `plan` promises: the JSON contract, the origin of each value, and the rules for other machines and outer launchers. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { createQuotaCgroup } from '../support/quota-cgroup.ts';
import { runProgram, type ProgramOptions } from '../support/run-program.ts';

const HOSTS = join(PROJECT_ROOT, 'test/fixtures/hosts');

async function plan(options: readonly string[], more: ProgramOptions = {}): Promise<ThreadPlan> {
  const { status, stdout, stderr } = await runProgram(['plan', '--json', ...options], more);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ThreadPlan;
}

const threadsOf = ({ workers }: ThreadPlan): number[] => workers.map(({ threads }) => threads);
const codesOf = ({ findings }: ThreadPlan): string[] => findings.map(({ code }) => code);

describe('plan', { concurrency: 4 }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function folder(name: string, files: Readonly<Record<string, string>>): string {
    const path = join(directory, name);
    mkdirSync(path);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  }

  test('--json has exactly the fields of the contract', async () => {
    const found = await plan(['--no-config', '--root', join(HOSTS, 'kubernetes-v2-4100m'), '-w', '2']);
    const keys = (value: object): string[] => Object.keys(value).sort();
    assert.deepEqual(keys(found), ['budget', 'findings', 'limits', 'options', 'pool', 'schemaVersion', 'workers']);
    assert.equal(found.schemaVersion, 1);
    assert.deepEqual(keys(found.limits), [
      'allowedCpus',
      'cgroupVersion',
      'memoryBytes',
      'outer',
      'physicalCores',
      'quotaCpus',
      'quotaSource',
    ]);
    assert.deepEqual(keys(found.budget), ['cpus', 'decidedBy', 'exact', 'reserved', 'rounding']);
    for (const worker of found.workers) {
      assert.deepEqual(keys(worker), ['env', 'index', 'threads']);
      assert.deepEqual(keys(worker.env), ['kept', 'set', 'unset']);
      for (const [name, value] of Object.entries(worker.env.set)) {
        if (name.endsWith('_NUM_THREADS')) assert.match(value, /^[1-9][0-9]*$/);
      }
    }
    for (const [name, option] of Object.entries(found.options)) {
      assert.ok(['flag', 'environment', 'file', 'default'].includes(option.origin), name);
    }
    assert.deepEqual(found.options['workers'], { value: 2, origin: 'flag' });
    for (const finding of found.findings) {
      assert.match(finding.code, /^[A-Z][A-Z_]+$/);
      assert.ok(['info', 'warning', 'error'].includes(finding.severity));
    }
  });

  test('where nothing tells a number the limits are unknown and one CPU is planned', async () => {
    const root = folder('empty', {});
    const found = await plan(['--no-config', '--root', root, '-w', 'auto']);
    assert.deepEqual(
      [found.limits.quotaCpus, found.limits.allowedCpus, found.limits.cgroupVersion],
      [null, null, null],
    );
    assert.deepEqual([found.budget.cpus, found.budget.decidedBy, threadsOf(found)], [1, 'unknown', [1]]);
    const asked = await plan(['--no-config', '--root', root, '--cpus', '8', '-w', '3']);
    assert.deepEqual([asked.budget.decidedBy, threadsOf(asked)], ['user', [3, 3, 2]]);
  });

  const shares: readonly [options: string[], threads: number[]][] = [
    [
      ['--cpus', '8', '-w', '3'],
      [3, 3, 2],
    ],
    [
      ['--cpus', '8', '-w', '3', '--uniform'],
      [2, 2, 2],
    ],
    [
      ['--cpus', '3500m', '-w', 'auto'],
      [1, 1, 1],
    ],
    [
      ['--cpus', '3.5', '-w', 'auto', '--round', 'nearest'],
      [1, 1, 1, 1],
    ],
    [
      ['--cpus', '8', '--reserve', '25%', '-w', '2'],
      [3, 3],
    ],
    [
      ['--cpus', '8', '--threads', '4', '-w', 'auto'],
      [4, 4],
    ],
    [
      ['--cpus', '2', '-w', '3'],
      [1, 1, 1],
    ],
  ];
  for (const [options, threads] of shares) {
    test(`${options.join(' ')} is ${threads.join(', ')}`, async () => {
      const root = folder(options.join('_').replaceAll('%', ''), {});
      const found = await plan(['--no-config', '--root', root, ...options]);
      assert.deepEqual(threadsOf(found), threads);
      assert.equal(codesOf(found).includes('OVERSUBSCRIBED'), threads.length > found.budget.cpus);
    });
  }

  test('each value comes from the strongest layer, and says from which', async () => {
    const cwd = folder('layers', {
      'pyproject.toml': '[tool.oneprocpool]\nworkers = 4\ncpus = 8\nround = "ceil"\nstopTimeout = "3s"\n',
    });
    const env = { ONEPROCPOOL_WORKERS: '3', ONEPROCPOOL_ROUND: 'nearest', ONEPROCPOOL_RESERVE: '' };
    const { options } = await plan(['-w', '2'], { cwd, env });
    const [workers, round, stopTimeout, reserve] = ['workers', 'round', 'stopTimeout', 'reserve'].map(
      (name) => options[name],
    );
    assert.deepEqual(workers, { value: 2, origin: 'flag' });
    assert.deepEqual(round, { value: 'nearest', origin: 'environment', detail: 'ONEPROCPOOL_ROUND' });
    assert.equal(stopTimeout?.origin, 'file');
    assert.deepEqual(stopTimeout.value, 3000);
    // An empty variable is one that is not set.
    assert.equal(reserve?.origin, 'default');
    const text = (await runProgram(['plan', '-w', '2'], { cwd, env })).stdout;
    assert.match(text, /workers +2 +flag\n/);
    assert.match(text, /round +nearest +environment \(ONEPROCPOOL_ROUND\)\n/);
    assert.match(text, /stopTimeout +3000 +file \(.*pyproject\.toml line 5\)\n/);
  });

  const forms: readonly [file: string, text: string][] = [
    ['.oneprocpoolrc', 'workers: 3\n'],
    ['.oneprocpoolrc.json', '{"workers": 3}'],
    ['.oneprocpoolrc.yaml', 'workers: 3\n'],
    ['.oneprocpoolrc.yml', 'workers: 3\n'],
    ['oneprocpool.config.json', '{"workers": 3}'],
    ['oneprocpool.config.yaml', 'workers: 3\n'],
    ['oneprocpool.config.yml', 'workers: 3\n'],
    ['package.json', '{"oneprocpool": {"workers": 3}}'],
    ['pyproject.toml', '[tool.oneprocpool]\nworkers = 3\n'],
  ];
  for (const [file, text] of forms) {
    test(`${file} is read, and not with --no-config`, async () => {
      const cwd = folder(`form-${file}`, { [file]: text });
      assert.equal((await plan([], { cwd })).workers.length, 3);
      assert.equal((await plan(['--no-config'], { cwd })).workers.length, 1);
      const named = await plan(['--config', join(cwd, file)]);
      assert.equal(named.workers.length, 3);
    });
  }

  test('a config that could run code is not even looked at', async () => {
    const cwd = folder('scripts', {
      'oneprocpool.config.js': 'require("fs").writeFileSync("ran", "")',
      '.oneprocpoolrc.js': 'require("fs").writeFileSync("ran", "")',
    });
    assert.equal((await plan([], { cwd })).workers.length, 1);
    const named = await runProgram(['plan', '--config', 'oneprocpool.config.js'], { cwd });
    assert.equal(named.status, 125);
    assert.match(named.stderr, /a config file is data/);
    assert.equal((await runProgram(['ran'], { file: 'ls', cwd })).stdout, '');
  });

  test('the config may add controls and presets of its own', async () => {
    const own = {
      id: 'mine',
      name: 'My library',
      tier: 'default',
      side: 'library',
      languages: ['python'],
      set: [{ variable: 'MINE_THREADS', value: '{threads}', meaning: 'all threads' }],
      unset: [{ variable: 'MINE_OLD', reason: 'it wins over MINE_THREADS' }],
      precedence: 'only this one',
      readAt: 'import',
      unsetDefault: 'all CPUs',
      detect: { sonames: ['libmine.so*'], threadNames: [] },
      traps: [],
      sources: ['https://example.org/mine'],
      verified: [],
    };
    const cwd = folder('own', {
      '.oneprocpoolrc.json': JSON.stringify({ controls: { OTHER_N: '{threads}' }, presetFiles: ['mine.json'] }),
      'mine.json': JSON.stringify(own),
    });
    const options = ['--cpus', '8', '--root', folder('own-root', {})];
    const [worker] = (await plan(options, { cwd })).workers;
    assert.deepEqual([worker?.env.set['MINE_THREADS'], worker?.env.set['OTHER_N']], ['8', '8']);
    assert.ok(worker?.env.unset.includes('MINE_OLD'));
    const without = (await plan([...options, '--without', 'mine'], { cwd })).workers[0];
    assert.equal(without?.env.set['MINE_THREADS'], undefined);
    const shown = await runProgram(['presets', 'show', 'mine'], { cwd });
    assert.match(shown.stdout, /My library/);
    assert.equal((await runProgram(['presets', 'check', 'mine.json'], { cwd })).stdout, '1 preset, sound\n');
  });

  test('a oneprocpool inside a worker takes its share as its limit', async () => {
    const words = ['--cpus', '1', '--', PROGRAM, 'plan', '--json', '-w', '2'];
    const { status, stdout, stderr } = await runProgram(words);
    assert.equal(status, 0, stderr);
    const inner = JSON.parse(stdout) as ThreadPlan;
    assert.deepEqual(inner.limits.outer, { cpus: 1, source: 'ONEPROCPOOL_THREADS' });
    assert.deepEqual([inner.budget.cpus, inner.budget.decidedBy, threadsOf(inner)], [1, 'outer', [1, 1]]);
    assert.ok(codesOf(inner).includes('OVERSUBSCRIBED'));
  });

  test('-w auto under a real quota is one worker for each whole CPU', async (t) => {
    const cgroup = createQuotaCgroup(1.5);
    if (typeof cgroup === 'string') return t.skip(cgroup);
    try {
      const [file, args] = cgroup.wrap([PROGRAM, 'plan', '--json', '-w', 'auto']);
      const found = JSON.parse((await runProgram(args, { file })).stdout) as ThreadPlan;
      assert.deepEqual([found.limits.quotaCpus, threadsOf(found)], [1.5, [1]]);
      assert.ok(found.limits.quotaSource?.startsWith(cgroup.directory));
      assert.ok(codesOf(found).includes('QUOTA_FRACTION_UNUSED'));
    } finally {
      await cgroup.remove();
    }
  });
});
