/** The image of the tool and what `export docker` writes: really built, and run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runProgram, type ProgramResult } from '../support/run-program.ts';
import { BASE_IMAGE, openImages, SOURCE_ADDRESS, TOOL_IMAGE, type Images } from './images.ts';
import type { ContainerRequest } from './podman.ts';

const opened = openImages();

describe('images', { skip: typeof opened === 'string' && opened }, () => {
  const images = opened as Images;
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-images-'));
  after(() => {
    images.close();
    rmSync(directory, { recursive: true });
  });
  const run = (request: ContainerRequest): Promise<ProgramResult> => images.start(request).result;

  test('the image of the tool: labels, a user by number, --help, and nothing that it does not need', async () => {
    const [inspected] = JSON.parse(
      execFileSync('podman', [...images.store, 'image', 'inspect', TOOL_IMAGE], { encoding: 'utf8' }),
    ) as [{ Config: { User: string; Labels: Record<string, string>; Entrypoint: string[] } }];
    const { User, Labels, Entrypoint } = inspected.Config;
    assert.match(User, /^[1-9]\d*:[1-9]\d*$/);
    assert.deepEqual(Entrypoint, ['/oneprocpool']);
    const label = (name: string) => Labels[`org.opencontainers.image.${name}`];
    assert.deepEqual(['title', 'licenses', 'version', 'source', 'documentation'].map(label), [
      'oneprocpool',
      'MIT',
      '1.2.3',
      SOURCE_ADDRESS,
      `${SOURCE_ADDRESS}#readme`,
    ]);
    assert.match(label('description') ?? '', /CPUs/);

    const { status, stdout, stderr } = await run({ from: TOOL_IMAGE, command: ['--help'] });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^Usage: oneprocpool/m);

    const container = execFileSync('buildah', [...images.store, 'from', TOOL_IMAGE], { encoding: 'utf8' }).trim();
    const root = execFileSync('buildah', [...images.store, 'mount', container], { encoding: 'utf8' }).trim();
    const files = execFileSync('find', [root, '-type', 'f', '-printf', '%P\n'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    execFileSync('buildah', [...images.store, 'rm', container]);
    const kinds = files.map((file) => file.replace(/^lib(64)?\/.*/, 'lib'));
    assert.deepEqual([...new Set(kinds)].sort(), ['etc/passwd', 'lib', 'oneprocpool']);
  });

  for (const form of ['binary', 'sh']) {
    test(`export docker --form ${form}: CMD runs bounded, and can be replaced`, async () => {
      const context = join(directory, form);
      mkdirSync(context);
      const script = join(context, 'oneprocpool.sh');
      const app = `import os, sys\nprint(os.environ['OMP_NUM_THREADS'], os.getpid(), *sys.argv[1:])\n`;
      writeFileSync(join(context, 'app.py'), app);
      const exported = await runProgram(['export', 'docker', '--form', form, '--image', TOOL_IMAGE]);
      // The lines as they are, below those of somebody else's image.
      const own = `FROM ${BASE_IMAGE}\nRUN ln -s python3 /usr/bin/python\nCOPY app.py /\n`;
      writeFileSync(join(context, 'Dockerfile'), own + exported.stdout);
      if (form === 'sh') assert.equal((await runProgram(['export', 'sh', '-o', script])).status, 0);
      const image = `localhost/exported-${form}`;
      images.build(image, { context });

      const flags = ['--cpus', '1.5'];
      const asMade = await run({ from: image, flags, command: [] });
      assert.match(asMade.stdout, form === 'sh' ? /^1 1\n$/ : /^1 \d+\n$/);
      const replaced = await run({ from: image, flags, command: ['python', 'app.py', 'other', 'words'] });
      assert.match(replaced.stdout, /^1 \d+ other words\n$/);
      assert.equal((await run({ from: image, flags, command: ['sh', '-c', 'exit 7'] })).status, 7);
      const isThere = await run({ from: image, flags, command: ['sh', '-c', 'command -v node; ls /usr/bin/node'] });
      assert.deepEqual([isThere.stdout, isThere.status === 0], ['', false], 'no Node.js in it');
    });
  }
});
