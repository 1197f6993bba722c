/** `export k8s` as a function that the real kustomize starts itself, without a container. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { findFetched } from '../support/fetched.ts';
import { programDirectory } from '../support/program-directory.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

const EXAMPLE = join(PROJECT_ROOT, 'examples/kubernetes/kustomize-exec');

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly command: string[] }[];
        readonly initContainers?: readonly { readonly command: string[] }[];
      };
    };
  };
}

describe('the example with a function that kustomize starts itself', () => {
  const env = { PATH: `${programDirectory()}:${process.env['PATH']}` };
  const commandOf = (text: string) => (parse(text) as Deployment).spec.template.spec.containers[0]?.command;

  test('works with kustomize and `--enable-exec`', async (t) => {
    const kustomize = findFetched('kustomize/fetch-kustomize.sh');
    if (kustomize === undefined) return t.skip('no kustomize (tools/kustomize/fetch-kustomize.sh)');
    const words = ['build', '--enable-alpha-plugins', '--enable-exec', EXAMPLE];
    const { status, stdout, stderr } = await runProgram(words, { file: kustomize, env });
    assert.deepEqual([status, stderr], [0, '']);
    const launcher = '/opt/oneprocpool/oneprocpool';
    assert.deepEqual(commandOf(stdout), [launcher, '--workers', '2', '--', 'python3', 'app.py']);
    const { initContainers } = (parse(stdout) as Deployment).spec.template.spec;
    assert.deepEqual(initContainers?.[0]?.command, ['/oneprocpool', 'install', '/opt/oneprocpool']);
  });

  test('is passed over by the kustomize in kubectl, which has no such option, as docs/export.md says', async (t) => {
    const kubectl = findFetched('kubectl/fetch-kubectl.sh');
    if (kubectl === undefined) return t.skip('no kubectl (tools/kubectl/fetch-kubectl.sh)');
    const start = (option: string) => runProgram(['kustomize', option, EXAMPLE], { file: kubectl, env });
    const refused = await start('--enable-exec');
    assert.match(refused.stderr, /^error: unknown flag: --enable-exec$/m);
    const { status, stdout } = await start('--enable-alpha-plugins');
    assert.deepEqual([status, commandOf(stdout)], [0, ['python3', 'app.py']]);
  });
});
