/** What `export k8s` writes, played with podman: init containers and volumes; and as a function of the real kustomize. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parse } from 'yaml';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';
import { BASE_IMAGE, openImages, TOOL_IMAGE, type Images } from './images.ts';

interface PodContainer {
  readonly image: string;
  readonly command: string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface Pod {
  readonly spec: {
    readonly containers: [PodContainer];
    readonly initContainers?: [PodContainer];
    readonly volumes?: [{ readonly image?: { readonly reference: string } }];
  };
}

const FUNCTION_IMAGE = 'localhost/oneprocpool-function:0.1.0';
/** Prints its threads and what the PATH below the volume holds. */
const SHOW = ['/bin/sh', '-c', 'echo "$OMP_NUM_THREADS ${GOTO_NUM_THREADS-unset} $ONEPROCPOOL_WORKER_COUNT"'];
const MOUNT = '/opt/oneprocpool';

const opened = openImages();

describe('a pod with what export k8s adds', { skip: typeof opened === 'string' && opened }, () => {
  const images = opened as Images;
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-images-'));
  after(() => {
    images.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function podOf(form: string): Promise<Pod> {
    const manifest = join(directory, `${form}.yaml`);
    const container = { name: 'app', image: BASE_IMAGE, command: SHOW, resources: { limits: { cpu: '1500m' } } };
    writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [container] } }));
    const words = ['export', 'k8s', '-f', manifest, '--form', form, '--image', TOOL_IMAGE];
    const { status, stdout, stderr } = await runProgram(words);
    assert.deepEqual([status, stderr], [0, '']);
    return parse(stdout) as Pod;
  }

  /** As the kubelet starts it, with the limit of 1.5 CPUs. */
  function start({ image, command, env = [] }: PodContainer, flags: readonly string[]): Promise<ProgramResult> {
    const given = env.flatMap(({ name, value }) => {
      const text = value === undefined ? '1500' : value.replace('$(CPU_LIMIT_MILLICORES)', '1500');
      return ['-e', `${name}=${text}`];
    });
    const [file = '', ...words] = command;
    return images.start({ from: image, flags: [...flags, ...given], entrypoint: [file], command: words }).result;
  }

  async function play(
    form: string,
    initFlags: readonly string[] = [],
  ): Promise<{ volume: string; app: ProgramResult }> {
    const volume = join(directory, form);
    mkdirSync(volume);
    // An emptyDir is for every user.
    chmodSync(volume, 0o777);
    const { spec } = await podOf(form);
    const [init] = spec.initContainers ?? [];
    if (init !== undefined) {
      const { status, stdout, stderr } = await start(init, ['-v', `${volume}:${MOUNT}`, ...initFlags]);
      assert.deepEqual([status, stdout, stderr], [0, '', '']);
    }
    const reference = spec.volumes?.[0].image?.reference;
    const mount =
      reference === undefined
        ? ['-v', `${volume}:${MOUNT}:ro`]
        : ['--mount', `type=image,source=${reference},destination=${MOUNT}`];
    const app = await start(spec.containers[0], ['--cpus', '1.5', '-e', 'GOTO_NUM_THREADS=7', ...mount]);
    return { volume, app };
  }

  test('init-copy: the init container brings the executable, which runs the command of the app', async () => {
    const { volume, app } = await play('init-copy');
    assert.equal(statSync(join(volume, 'oneprocpool')).mode & 0o777, 0o555);
    assert.deepEqual([app.status, app.stdout], [0, '1 unset 1\n'], app.stderr);
  });

  test('image-volume: the executable comes with the image of the tool', async () => {
    const { app } = await play('image-volume');
    assert.deepEqual([app.status, app.stdout], [0, '1 unset 1\n'], app.stderr);
  });

  test('env-file: the init container writes the variables by the limit of the app, not its own', async () => {
    const { app } = await play('env-file', ['--cpuset-cpus', '0-1', '--cpus', '2']);
    assert.deepEqual([app.status, app.stdout], [0, '1 unset 1\n'], app.stderr);
  });

  test('file-key-ref: what the kubelet reads are lines of NAME=value', async () => {
    const { spec } = await podOf('file-key-ref');
    const volume = join(directory, 'file-key-ref');
    mkdirSync(volume);
    chmodSync(volume, 0o777);
    assert.equal((await start(spec.initContainers![0], ['-v', `${volume}:${MOUNT}`])).status, 0);
    const text = execFileSync('cat', [join(volume, 'env')], { encoding: 'utf8' });
    assert.match(text, /^OMP_NUM_THREADS='?1'?$/m);
    const names = spec.containers[0].env?.map(({ name }) => name) ?? [];
    for (const line of text
      .trim()
      .split('\n')
      .filter((each) => !each.startsWith('#')))
      assert.ok(names.includes(line.split('=', 1)[0]!), line);
  });

  test('kustomize runs the image of the tool as a function', async (t) => {
    const kubectl = findFetched('kubectl/fetch-kubectl.sh');
    if (kubectl === undefined) return t.skip('no kubectl (tools/kubectl/fetch-kubectl.sh)');
    const example = join(PROJECT_ROOT, 'examples/kubernetes/kustomize');
    images.build(FUNCTION_IMAGE, { context: example, args: { ONEPROCPOOL: TOOL_IMAGE } });
    // kustomize starts `docker run ...`: here it is podman with what this machine needs.
    const run = images.runFlags('kustomize').map((flag) => `'${flag}'`);
    const docker = join(directory, 'docker');
    writeFileSync(docker, `#!/bin/sh\nshift\nexec podman ${run.join(' ')} "$@"\n`);
    chmodSync(docker, 0o755);
    const { status, stdout, stderr } = await runProgram(['kustomize', '--enable-alpha-plugins', example], {
      file: kubectl,
      env: { PATH: `${directory}:${process.env['PATH']}` },
    });
    assert.equal(status, 0, stderr);
    const deployment = parse(stdout) as { spec: { template: Pod } };
    const { containers, initContainers } = deployment.spec.template.spec;
    assert.deepEqual(containers[0].command, [`${MOUNT}/oneprocpool`, '--workers', '2', '--', 'python3', 'app.py']);
    assert.deepEqual(initContainers?.[0].command, ['/oneprocpool', 'install', MOUNT]);
  });
});
