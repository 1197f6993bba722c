/** `oneprocpool export k8s -f FILE...` with files that are easily damaged: only the named container changes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runProgram } from '../support/run-program.ts';

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'oneprocpool-k8s-files-'))));
after(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
}
interface Pod {
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
}

const SHARED = `apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - name: migrate
    image: shop:1
    command: [python3, migrate.py]
    env: &env
    - {name: DB, value: postgres}
    volumeMounts: &mounts
    - {name: data, mountPath: /data}
  containers:
  - name: app
    image: shop:1
    command: &cmd [python3, app.py]
    env: *env
    volumeMounts: *mounts
  - name: sidecar
    image: other:1
    command: *cmd
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: shop}
`;

describe('lists that containers share by anchors', () => {
  for (const form of ['command', 'init-copy', 'image-volume', 'env-file', 'file-key-ref']) {
    test(`change for one container only with --form ${form}`, async () => {
      const args = ['export', 'k8s', '--container', 'app', '--form', form, '-f', file('shared.yaml', SHARED)];
      const { status, stdout, stderr } = await runProgram(args);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      const [before, after] = [SHARED, stdout].map((text) => parseAllDocuments(text)[0]!.toJS() as Pod);
      assert.deepEqual(after!.spec.initContainers?.[0], before!.spec.initContainers?.[0]);
      assert.deepEqual(after!.spec.containers[1], before!.spec.containers[1]);
      const app = after!.spec.containers[0]!;
      assert.deepEqual(app.command?.slice(-2), ['python3', 'app.py']);
      assert.equal(app.env?.[0]?.name, 'DB');
      assert.equal(app.volumeMounts?.[0]?.name, 'data');
    });
  }
});

const pod = (name: string) =>
  `kind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: app, command: [run]}]}\n`;

test('several files become the documents of one stream, standard input among them', async () => {
  const args = ['export', 'k8s', '-f', file('a.yaml', pod('a')), '-f', '-', '--file', file('c.yaml', pod('c'))];
  const { status, stdout } = await runProgram(args, { input: pod('b') });
  assert.equal(status, 0);
  const found = parseAllDocuments(stdout).map((doc) => doc.toJS() as { metadata: object } & Pod);
  assert.deepEqual(
    found.map(({ metadata, spec }) => [metadata, spec.containers[0]?.command]),
    ['a', 'b', 'c'].map((name) => [{ name }, ['oneprocpool', '--', 'run']]),
  );
});

test('JSON comes back as JSON', async () => {
  const text = `${JSON.stringify({ kind: 'Pod', spec: { containers: [{ name: 'app', command: ['run'] }] } }, null, 4)}\n`;
  const { stdout } = await runProgram(['export', 'k8s', '-f', '-'], { input: text });
  assert.deepEqual((JSON.parse(stdout) as Pod).spec.containers[0]?.command, ['oneprocpool', '--', 'run']);
  assert.match(stdout, /^\{\n {4}"kind": "Pod",\n/);
});

test('a template is refused with its line, and nothing but the message is written', async () => {
  for (const [line, text] of [
    [4, `${pod('a')}x: {{ .Values.x }}\n`],
    [2, pod('a').replace('{name: a}', '{{ toYaml .Values.meta }}')],
    [1, `{{- if .Values.on }}\n${pod('a')}{{- end }}\n`],
  ] as [number, string][]) {
    const { status, stdout, stderr } = await runProgram(['export', 'k8s', '-f', '-'], { input: text });
    assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
    assert.match(stderr, new RegExp(`^oneprocpool: standard input, line ${line}: this is a template`));
    assert.match(stderr, /hint: .*`helm template /);
    assert.equal(stderr.trimEnd().split('\n').length, 3, stderr);
  }
});

test('what YAML only warns of is no message of Node', async () => {
  const text = `${pod('a')}x: {? {b: 1} : c, y: !unknown z}\n`;
  const { status, stdout, stderr } = await runProgram(['export', 'k8s', '-f', '-'], { input: text });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.ok(stdout.includes('!unknown z'));
});
