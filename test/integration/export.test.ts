/** What `oneprocpool export` writes works where it is meant for: sh, Docker, systemd, Slurm. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { installCommand } from '../../src/commands/install.ts';
import type { CommandContext } from '../../src/commands/command-context.ts';
import { createFiles } from '../../src/host/files.ts';
import { createWriter } from '../../src/host/writer.ts';
import { IS_EXECUTABLE, PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'oneprocpool-export-'))));
after(() => rmSync(directory, { recursive: true }));

async function exported(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(['export', ...args], { env: { ONEPROCPOOL_THREADS: undefined } });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout;
}

async function writeScript(name: string, ...options: string[]): Promise<string> {
  const path = join(directory, name);
  writeFileSync(path, await exported('sh', ...options));
  chmodSync(path, 0o755);
  return path;
}

function run(path: string, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(path, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  });
  return { status, stdout, stderr };
}

function isInstalled(file: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${file}`]).status === 0;
}

describe('export sh', () => {
  test('becomes the command: arguments, status and messages are its own', async () => {
    const path = await writeScript('entry.sh');
    const args = ['a b', '', '*', '$HOME', "it's", '-x'];
    assert.deepEqual(run(path, ['printf', '<%s>', ...args]), {
      status: 0,
      stdout: args.map((arg) => `<${arg}>`).join(''),
      stderr: '',
    });
    assert.equal(run(path, ['sh', '-c', 'exit 7']).status, 7);
    assert.equal(run(path, ['/nonexistent/command']).status, 127);
    assert.equal(run(path, ['/etc/passwd']).status, 126);
    assert.match(run(path, ['sh', '-c', 'echo $PPID $$']).stdout, new RegExp(`^${process.pid} `));
  });

  test('is executable when it is written into a file, and stays as its owner has made it', async () => {
    const path = join(directory, 'written.sh');
    const umask = (mask: string, ...args: string[]) =>
      runProgram(['-c', `umask ${mask}; exec "$0" "$@"`, PROGRAM, ...args], { file: '/bin/sh' });
    for (const [mask, mode] of [
      ['022', 0o755],
      ['077', 0o700],
    ] as const) {
      rmSync(path, { force: true });
      assert.equal((await umask(mask, 'export', 'sh', '-o', path)).status, 0);
      assert.equal(statSync(path).mode & 0o7777, mode);
      assert.equal(run(path, ['echo', 'started']).stdout, 'started\n');
    }
    chmodSync(path, 0o750);
    assert.equal((await umask('022', 'export', 'sh', '-o', path)).status, 0);
    assert.equal(statSync(path).mode & 0o7777, 0o750);
    await umask('022', 'export', 'docker', '-o', join(directory, 'Dockerfile'));
    assert.equal(statSync(join(directory, 'Dockerfile')).mode & 0o7777, 0o644);
  });

  test('says what is wrong and starts nothing', async () => {
    const path = await writeScript('entry.sh');
    for (const [args, env, message] of [
      [[], {}, /Expected a command, found ``\n\nhint: /],
      [['-w', '2', 'echo'], {}, /found `-w`/],
      ...['0', 'x', '1e3', '-1', '65537', '1.', '.', '1.5x', '9'.repeat(40), '1.0000000001x', '1500mm', 'm'].map(
        (cpus) =>
          [
            ['echo', 'started'],
            { ONEPROCPOOL_CPUS: cpus },
            /Expected ONEPROCPOOL_CPUS to be a number of CPUs/,
          ] as const,
      ),
    ] as [string[], Record<string, string>, RegExp][]) {
      const { status, stdout, stderr } = run(path, args, env);
      assert.deepEqual({ status, stdout }, { status: 125, stdout: '' }, JSON.stringify([args, env]));
      assert.match(stderr, message);
    }
  });

  test('gives the same as the program on this machine', async () => {
    const path = await writeScript('two.sh', '-w', '2', '--uniform', '--cpus', '1500m', '--with', 'gdal');
    const { stdout } = await runProgram(
      ['env', '-w', '2', '--uniform', '--cpus', '1500m', '--with', 'gdal', '--format', 'json'],
      { env: { ONEPROCPOOL_THREADS: undefined, OMP_NUM_THREADS: undefined } },
    );
    const [worker] = (JSON.parse(stdout) as { workers: { set: Record<string, string> }[] }).workers;
    const env = Object.fromEntries(
      run(path, ['env'])
        .stdout.trim()
        .split('\n')
        .map((line) => line.split('=', 2) as [string, string]),
    );
    for (const [name, value] of Object.entries(worker!.set))
      if (name !== 'ONEPROCPOOL_WORKER_INDEX') assert.equal(env[name], value, name);
  });

  test('refuses an oversubscribed plan with --strict', async () => {
    const path = await writeScript('strict.sh', '-w', '4000', '--strict');
    assert.match(run(path, ['echo', 'started']).stderr, /refused by --strict/);
    assert.equal(run(path, ['echo', 'started']).status, 125);
  });

  test('starts no other program and reads nothing that the environment names', async () => {
    const path = await writeScript('entry.sh');
    assert.doesNotMatch(readFileSync(path, 'utf8'), /\$\(\s*[^(]|`[a-z]|TEST_ROOT|@@/);
    const env = { OPP_TEST_ROOT: '/nonexistent', opp_root: '/nonexistent', opp_line: 'x', IFS: 'p' };
    assert.equal(
      run(path, ['sh', '-c', 'echo $ONEPROCPOOL_THREADS'], env).stdout,
      run(path, ['sh', '-c', 'echo $ONEPROCPOOL_THREADS']).stdout,
    );
  });

  test('stays short enough to be read, and is clean for shellcheck', async (t) => {
    // The shares of six batch schedulers and of MPI are some 170 lines of it.
    for (const options of [[], ['--pool', 'auto'], ['-w', '4', '--physical'], ['-w', 'auto', '--physical']]) {
      const linesOf = async (...more: string[]) => (await exported('sh', ...options, ...more)).split('\n').length;
      assert.ok((await linesOf()) <= 450, options.join(' '));
      assert.ok((await linesOf('--outer', 'ignore')) <= 270, options.join(' '));
    }
    if (!isInstalled('shellcheck')) return t.skip('no shellcheck');
    for (const options of [
      [],
      ['-w', '3', '--physical', '--strict'],
      ['--pool', 'auto'],
      ['--preset', 'polars'],
      ['-w', 'auto', '--reserve', '10%', '--inherit', 'keep', '--env', "A=it's"],
    ]) {
      const path = await writeScript('check.sh', ...options);
      assert.equal(run('shellcheck', [path]).stdout, '');
    }
  });
});

test('export docker keeps CMD replaceable in both forms', async () => {
  for (const form of ['binary', 'sh']) {
    const text = await exported('docker', '--form', form, '--image', 'registry.example/tool:1');
    const words = (name: string) =>
      JSON.parse(new RegExp(`^${name} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? 'null') as string[];
    assert.match(words('ENTRYPOINT')[0]!, /^\/usr\/local\/bin\/oneprocpool/);
    assert.ok(words('CMD').length > 0);
    assert.equal(text.includes('COPY --from=registry.example/tool:1 '), form === 'binary');
  }
});

test('export systemd lets systemd send SIGTERM to the main process alone', async () => {
  assert.match(await exported('systemd', '--cpus', '2'), /^\[Service\]\n[^[]*^KillMode=mixed$/m);
});

test('export systemd passes systemd-analyze verify', async (t) => {
  if (!isInstalled('systemd-analyze')) return t.skip('no systemd-analyze');
  const unit = join(directory, 'job.service');
  const dropIn = join(`${unit}.d`, 'oneprocpool.conf');
  mkdirSync(`${unit}.d`);
  writeFileSync(unit, '[Service]\nExecStart=/bin/true\n');
  const verify = (text: string) => {
    writeFileSync(dropIn, text);
    return run('systemd-analyze', ['verify', '--man=no', unit], { SYSTEMD_UNIT_PATH: `${directory}:` }).stderr;
  };
  const text = await exported('systemd', '--cpus', '1.5', '--env', 'A=100% "b" \\c');
  const ours = (stderr: string) => stderr.split('\n').filter((line) => line.includes('oneprocpool.conf'));
  assert.deepEqual(ours(verify(text)), []);
  assert.notDeepEqual(ours(verify(text.replace('Environment="', 'Environment=b-d"'))), [], 'the check sees an error');
  assert.match(text, /^#CPUQuota=150%$/m);
});

test('export slurm passes sbatch --test-only on a node of 16 CPUs', async (t) => {
  if (!isInstalled('slurmctld') || process.getuid?.() !== 0) return t.skip('no slurmctld, or not root');
  const conf = join(directory, 'slurm.conf');
  mkdirSync(join(directory, 'state'));
  writeFileSync(conf, slurmConf(directory));
  const env = { SLURM_CONF: conf };
  const started = run('slurmctld', ['-f', conf], env);
  assert.equal(started.status, 0, started.stderr);
  const pid = await waitUntil(() => Number(readFileSync(join(directory, 'slurmctld.pid'), 'utf8')));
  try {
    await waitUntil(() => assert.equal(run('sinfo', ['-h'], env).status, 0), 30_000);
    const test = async (cpus: string) => {
      const script = join(directory, 'job.sh');
      writeFileSync(script, await exported('slurm', '--cpus', cpus, '-w', '3'));
      return run('sbatch', ['--test-only', script], env);
    };
    const fits = await test('8');
    assert.equal(fits.status, 0, fits.stderr);
    assert.match(fits.stderr, /using 6 processors/);
    assert.equal((await test('64')).status, 1, 'the check sees what does not fit');
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});

/** One cloud node, which counts as there without a daemon on it. */
function slurmConf(at: string): string {
  const port = 20_000 + (process.pid % 20_000);
  return `ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
SlurmctldPort=${port}
SlurmdPort=${port + 1}
StateSaveLocation=${at}/state
SlurmctldPidFile=${at}/slurmctld.pid
SlurmctldLogFile=${at}/slurmctld.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
NodeName=localhost CPUs=16 State=CLOUD
PartitionName=p Nodes=localhost Default=YES State=UP
SuspendProgram=/bin/true
ResumeProgram=/bin/true
SuspendTime=60
`;
}

describe('export', () => {
  test('names what it expects', async () => {
    for (const [args, message] of [
      [['export'], /followed by one of sh, docker, k8s, systemd, slurm, got none/],
      [['export', 'dockr'], /did you mean `docker`/],
      [['export', 'systemd'], /Expected `--cpus`/],
      [['export', 'docker', '--form', 'command'], /one of binary, sh/],
      [['export', 'sh', '-f', 'x'], /Expected `--file` with `export k8s` only/],
      [['export', 'sh', '-o', '/etc/passwd/x'], /cannot write \/etc\/passwd\/x: /],
      ...(IS_EXECUTABLE ? [] : [[['install', '/tmp'], /Expected the single-file executable/]]),
      [['install'], /one directory/],
    ] as [string[], RegExp][]) {
      const { status, stdout, stderr } = await runProgram(args);
      assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
      assert.match(stderr, message);
    }
  });

  test('install copies the executable with mode 0555, also over an old one', async () => {
    const source = join(directory, 'executable');
    const target = join(directory, 'bin');
    mkdirSync(target);
    for (const text of ['one', 'two']) {
      writeFileSync(source, text);
      const installation = { program: [source], nodePath: null, packageRoot: null };
      const context = { host: { files: createFiles(), writer: createWriter() }, words: [`${target}/`], installation };
      assert.equal(await installCommand(context as unknown as CommandContext), 0);
      assert.equal(readFileSync(join(target, 'oneprocpool'), 'utf8'), text);
      assert.equal(statSync(join(target, 'oneprocpool')).mode & 0o777, 0o555);
    }
  });
});
