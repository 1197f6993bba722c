/**
 * The experiment without NumPy: with esbuild where it is installed, otherwise with Node's own crypto.
 * Uses SpawnPort, FilePort, WritePort and ClockPort.
 */
import { OneprocpoolError } from '../errors.ts';
import type { DemoContext } from './demo-context.ts';
import { ESBUILD_PROGRAM, LIBUV_PROGRAM, sourceForEsbuild } from './node-programs.ts';
import type { SetupId, Workload } from './setups.ts';
import { unitsFor } from './work-amount.ts';

const NO_NUMPY = 'no NumPy with a thread pool is here, and none could be installed';
const SOURCE_FILES = 8;

/** Seconds of the fastest of three runs of `command` on one thread. */
async function timeOf(
  context: DemoContext,
  [file = '', ...args]: readonly string[],
  env: Record<string, string>,
): Promise<number> {
  const { clock, spawner } = context.host;
  let best = Infinity;
  for (let run = 0; run < 3; run += 1) {
    const start = clock.nowNs();
    const { exit, stderr } = await spawner.capture(file, args, { env: { ...context.env, ...env }, timeoutMs: 60_000 });
    if (exit.kind !== 'exited' || exit.status !== 0) {
      throw new OneprocpoolError(
        'SPAWN_FAILED',
        `Expected the demo's program to end well, got: ${stderr.trim() || exit.kind}`,
      );
    }
    best = Math.min(best, Number(clock.nowNs() - start) / 1e9);
  }
  return best;
}

async function findEsbuild(context: DemoContext): Promise<{ program: string; version: string } | undefined> {
  for (const root of context.packageRoots) {
    const program = `${root}/node_modules/esbuild/bin/esbuild`;
    if (!context.host.files.exists(program)) continue;
    const { exit, stdout } = await context.host.spawner.capture(program, ['--version'], {
      env: context.env,
      timeoutMs: 60_000,
    });
    if (exit.kind === 'exited' && exit.status === 0) return { program, version: stdout.trim() };
  }
  return undefined;
}

async function esbuildWorkload(
  context: DemoContext,
  nodePath: string,
  found: { program: string; version: string },
): Promise<Workload> {
  const { directory, host } = context;
  const script = `${directory}/workload.mjs`;
  host.writer.writeFileAtomically(script, ESBUILD_PROGRAM);
  const files = Array.from({ length: SOURCE_FILES }, (_, n) => `${directory}/source-${n}.js`);
  for (const file of files) host.writer.writeFileAtomically(file, sourceForEsbuild());
  const poolSize = Math.min(32, host.system.countLogicalCpus());
  const once = [found.program, ...files, '--bundle', '--minify', '--log-level=error', `--outdir=${directory}/out`];
  const units = unitsFor(await timeOf(context, once, { GOMAXPROCS: '1' }), poolSize);
  return {
    kind: 'esbuild',
    library: `esbuild ${found.version} (a Go program: its pool obeys GOMAXPROCS)`,
    units,
    unitName: `runs of esbuild over ${SOURCE_FILES} files`,
    standsIn: NO_NUMPY,
    setups: ['one', 'threads', 'processes'],
    poolSize,
    launcherOptions: ['--with', 'go'],
    command: (setup, jobs) => [nodePath, script, setup, String(jobs), String(poolSize), found.program, ...files],
  };
}

async function libuvWorkload(context: DemoContext, nodePath: string): Promise<Workload> {
  const { directory, host } = context;
  const script = `${directory}/workload.mjs`;
  host.writer.writeFileAtomically(script, LIBUV_PROGRAM);
  const poolSize = Math.min(32, host.system.countLogicalCpus());
  const command = (setup: SetupId, jobs: number) => [nodePath, script, setup, String(jobs), String(poolSize)];
  const one = { UV_THREADPOOL_SIZE: '1' };
  const seconds =
    ((await timeOf(context, command('one', 24), one)) - (await timeOf(context, command('one', 0), one))) / 24;
  return {
    kind: 'libuv',
    library: "Node's crypto on the pool of libuv (UV_THREADPOOL_SIZE)",
    units: unitsFor(seconds, poolSize),
    unitName: 'keys derived with pbkdf2',
    standsIn: `${NO_NUMPY}; esbuild is not here either`,
    setups: ['one', 'processes'],
    poolSize,
    launcherOptions: ['--with', 'node-libuv'],
    command,
  };
}

/** Throws UNSUPPORTED when there is no Node.js to run it with. */
export async function findNodeWorkload(context: DemoContext): Promise<Workload> {
  if (context.nodePath === null) {
    throw new OneprocpoolError('UNSUPPORTED', `Expected something to run the demo with; ${NO_NUMPY}`, {
      hint: 'install NumPy (for example: apt-get install python3-numpy libopenblas0-pthread) and try again',
    });
  }
  const esbuild = await findEsbuild(context);
  return esbuild === undefined
    ? libuvWorkload(context, context.nodePath)
    : esbuildWorkload(context, context.nodePath, esbuild);
}
