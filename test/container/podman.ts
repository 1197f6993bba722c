/**
 * Real containers for tests: podman with runc, the machine's own root as an overlay, the checkout and the
 * node that runs the tests mounted where every user can read them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';

/** The program inside. */
export const ENTRYPOINT = `/opt/oneprocpool/${relative(PROJECT_ROOT, PROGRAM)}`;
const NODE = '/opt/node';

export interface ContainerRequest {
  /** Flags of `podman run`: `--cpus`, `--user` and the like. */
  readonly flags?: readonly string[];
  /**
   * An image of the store, or the path of a directory as the root. Default: the machine's own root, and the checkout
   * and node mounted.
   */
  readonly from?: string;
  /** As in a Dockerfile; default: that of the image, or our program and `--`. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
}

export interface Container extends RunningProgram {
  /** `podman ACTION ... NAME`; what it prints is thrown away, a failure throws. */
  podman(action: string, ...flags: readonly string[]): void;
  /** PIDs on this machine of all processes inside; empty when there is no container. */
  pids(): number[];
  /** PID on this machine of PID 1 inside. */
  initPid(): number;
}

export interface Podman {
  /** Flags that name the store of images: the same for podman and buildah. */
  readonly store: readonly string[];
  /** `run` and what podman needs for it on this machine. */
  runFlags(name: string): readonly string[];
  start(request: ContainerRequest): Container;
  /** Removes every container, cgroup and file of ours. */
  close(): void;
}

/** Podman with a store of its own, or in words why there is none. */
export function openPodman(): Podman | string {
  const missing = ['podman', 'runc'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  if (process.getuid?.() !== 0) return 'containers with limits need root';
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-podman-'));
  const podman = createPodman(directory);
  const trial = podman.tryOut();
  if (trial === undefined) return podman;
  podman.close();
  return `podman cannot start a container here: ${trial}`;
}

function createPodman(directory: string): Podman & { tryOut: () => string | undefined } {
  const store = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run'), '--log-level', 'error'];
  const own = [...store, '--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--runtime', runcPath()];
  const cgroup = basename(directory);
  let count = 0;

  const runFlags = (name: string): string[] => [
    ...own,
    'run',
    '--rm',
    '--name',
    name,
    '--cgroup-parent',
    `/${cgroup}/${name}`,
    '--ulimit',
    'nofile=4096:4096',
    '--ulimit',
    'nproc=4096:4096',
    '--read-only-tmpfs=false',
  ];

  function runArguments({ flags = [], from, entrypoint, command }: ContainerRequest, name: string) {
    const mounts = ['-v', `${PROJECT_ROOT}:/opt/oneprocpool:ro`, '-v', `${process.execPath}:${NODE}:ro`];
    const started = entrypoint ?? (from === undefined ? [ENTRYPOINT, '--'] : undefined);
    const root = from ?? '/';
    return [
      ...runFlags(name),
      '--network',
      'none',
      ...(from === undefined ? [...mounts, '-e', `ONEPROCPOOL_NODE=${NODE}`] : []),
      ...flags,
      ...(started === undefined ? [] : ['--entrypoint', JSON.stringify(started)]),
      ...(root.startsWith('/') ? ['--rootfs', `${root}:O`] : [root]),
      ...command,
    ];
  }

  return {
    store,
    runFlags,
    start(request) {
      const name = `oneprocpool-${process.pid}-${++count}`;
      const program = startProgram(runArguments(request, name), { file: 'podman' });
      const pids = (): number[] => containerPids(`${cgroup}/${name}`);
      return {
        ...program,
        podman: (action, ...flags) => void execFileSync('podman', [...own, action, ...flags, name], { stdio: 'pipe' }),
        pids,
        initPid: () => pids().find(isInit) ?? 0,
      };
    },
    tryOut() {
      const args = runArguments({ flags: ['--cpus', '1'], entrypoint: [NODE], command: ['--version'] }, 'trial');
      const { status, stderr } = spawnSync('podman', args, { encoding: 'utf8' });
      return status === 0 ? undefined : stderr.trim();
    },
    close() {
      spawnSync('podman', [...own, 'rm', '--all', '--force', '--time', '0']);
      // With images in it the store is a mount of its own, with those of containers that ended below it.
      spawnSync('umount', ['--recursive', join(directory, 'store/overlay')]);
      removeCgroups(cgroup);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function runcPath(): string {
  return execFileSync('/bin/sh', ['-c', 'command -v runc'], { encoding: 'utf8' }).trim();
}

/** The hierarchies where podman makes cgroups: one for each v1 controller, or the one of v2. */
function hierarchies(): string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(`${root}/cgroup.controllers`)) return [root];
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`${root}/${entry.name}`] : [],
  );
}

function containerPids(path: string): number[] {
  const parent = hierarchies()
    .map((root) => `${root}/${path}`)
    .find((directory) => existsSync(directory));
  if (parent === undefined) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith('libpod-') && !name.startsWith('libpod-conmon'))
    .flatMap((name) => readOr(`${parent}/${name}/cgroup.procs`).split('\n').filter(Boolean).map(Number));
}

/** Whether the process is PID 1 of its innermost namespace. */
function isInit(pid: number): boolean {
  return /^NSpid:.*\t1$/m.test(readOr(`/proc/${pid}/status`));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It ended between two looks.
  }
}

function removeCgroups(name: string): void {
  for (const root of hierarchies()) {
    if (!existsSync(`${root}/${name}`)) continue;
    const below = readdirSync(`${root}/${name}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of [`${root}/${name}`, ...below].sort().toReversed()) rmdirSync(path);
  }
}
