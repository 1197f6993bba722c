/**
 * Images for tests: a Debian that has no Node.js, the tool's own image, and what is built on them with buildah, in the
 * store of podman.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { openPodman, type Podman } from './podman.ts';

export const BASE_IMAGE = 'localhost/base';
export const TOOL_IMAGE = 'localhost/oneprocpool';
export const EXECUTABLE = join(PROJECT_ROOT, 'dist-binary/oneprocpool-linux-x64');
export const SOURCE_ADDRESS = 'https://repository.example/oneprocpool';

export interface BuildRequest {
  /** Path of a Containerfile; default: the context's own. */
  readonly file?: string;
  readonly context: string;
  readonly args?: Readonly<Record<string, string>>;
  /** As `-v` of `podman run`. */
  readonly volumes?: readonly string[];
}

export interface Images extends Podman {
  build(image: string, request: BuildRequest): void;
}

/** Podman with the base and the tool in its store, or in words why not. */
export function openImages(): Images | string {
  if (process.arch !== 'x64') return 'the images are built for x64';
  if (spawnSync('buildah', ['--version']).status !== 0) return 'not installed: buildah';
  if (!existsSync(EXECUTABLE)) return 'no executable (npm run build:binary)';
  const base = findFetched('images/make-base.sh');
  if (base === undefined) return 'no root file system without Node.js (tools/images/make-base.sh)';
  const podman = openPodman();
  if (typeof podman === 'string') return podman;
  const images = { ...podman, build: (image: string, request: BuildRequest) => build(podman, image, request) };
  try {
    // Docker's way of importing an image: the tar as its only layer.
    execFileSync('podman', [...podman.store, 'import', '--quiet', base, BASE_IMAGE], { stdio: 'pipe' });
    images.build(TOOL_IMAGE, {
      file: join(PROJECT_ROOT, 'container/Containerfile'),
      context: join(PROJECT_ROOT, 'dist-binary'),
      args: { DEBIAN: BASE_IMAGE, VERSION: '1.2.3', SOURCE: SOURCE_ADDRESS },
    });
  } catch (error) {
    podman.close();
    throw error;
  }
  return images;
}

/** Throws with the output of the build when it fails. */
function build({ store }: Podman, image: string, { file, context, args = {}, volumes = [] }: BuildRequest): void {
  const words = [
    ...(file === undefined ? [] : ['--file', file]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...volumes.flatMap((volume) => ['--volume', volume]),
  ];
  const { status, stdout, stderr } = spawnSync(
    'buildah',
    [...store, 'bud', '--isolation', 'chroot', '--tag', image, ...words, context],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The build of ${image} ended with ${status}:\n${stdout}${stderr}`);
}

/** Makes `directory` a root with nothing in it but busybox, as `sh`, and `files` in `/job`. */
export function makeBusyboxRoot(directory: string, files: Readonly<Record<string, string>>): string {
  for (const name of ['bin', 'job', 'proc', 'sys', 'dev', 'etc', 'tmp']) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
  copyFileSync(
    execFileSync('/bin/sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim(),
    join(directory, 'bin/busybox'),
  );
  symlinkSync('busybox', join(directory, 'bin/sh'));
  for (const [name, path] of Object.entries(files)) {
    copyFileSync(path, join(directory, 'job', name));
    chmodSync(join(directory, 'job', name), 0o755);
  }
  return directory;
}
