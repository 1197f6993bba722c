/** `oneprocpool export k8s`: what it writes is what Kubernetes knows, and nothing else of a manifest changes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

const FORMS = ['command', 'init-copy', 'image-volume', 'env-file', 'file-key-ref'];
const CLIENT = join(PROJECT_ROOT, 'tools/k8s/node_modules/@kubernetes/client-node/dist/index.js');

const POD = (indent: string) =>
  [
    'containers:   # all of them',
    '- name: app',
    '  image: "python:3"   # pinned',
    `  command: ["python", 'job.py']`,
    '  args: [ --fast ]',
    '  resources: {limits: {cpu: 1500m}}',
    '- name: side',
    '  image: busybox',
    'restartPolicy: Never',
  ]
    .map((line) => `${indent}${line}\n`)
    .join('');

const HEAD = (kind: string, version: string) => `apiVersion: ${version}\nkind: ${kind}   # kind\nmetadata: {name: x}\n`;
const TEMPLATE = (kind: string) =>
  `${HEAD(kind, kind === 'Job' ? 'batch/v1' : 'apps/v1')}spec:\n  template:\n    spec:\n${POD('      ')}`;

const WORKLOADS: Readonly<Record<string, string>> = {
  Pod: `${HEAD('Pod', 'v1')}spec:\n${POD('  ')}`,
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map((kind) => [kind, TEMPLATE(kind)]),
  ),
  CronJob: `${HEAD('CronJob', 'batch/v1')}spec:\n  schedule: "0 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n${POD('          ')}`,
};
const SERVICE = '# a service\napiVersion: v1\nkind: Service\nspec:\n    ports:   [ {port:   80} ]\n';

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'oneprocpool-k8s-'))));
after(() => rmSync(directory, { recursive: true }));

async function edit(text: string, ...options: string[]): Promise<string> {
  const file = join(directory, `${randomUUID()}.yaml`);
  writeFileSync(file, text);
  const { status, stdout, stderr } = await runProgram(['export', 'k8s', '-f', file, ...options]);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout;
}

/** Lines of `before` that are not in `after` in their order. */
function lostLines(before: string, after: string): string[] {
  const rest = after.split('\n');
  return before.split('\n').filter((line) => {
    const at = rest.indexOf(line);
    if (at !== -1) rest.splice(0, at + 1);
    return at === -1;
  });
}

describe('a number of threads that the manifest sets itself', () => {
  const pod = (env: string, limits = 'limits: {cpu: 1500m}') =>
    `${HEAD('Pod', 'v1')}spec:\n  containers:\n  - name: app\n    command: [a]\n    resources: {${limits}}\n    env: ${env}\n`;
  const high = '[{name: OMP_NUM_THREADS, value: "64"}, {name: OTHER, value: "64"}]';
  const hint = '\n\nhint: remove it from `env` of the container; other forms lower it at the start\n';
  const kept = 'container app of Pod x keeps its own OMP_NUM_THREADS=64; ';
  const cases: readonly (readonly [text: string, options: readonly string[], message: string])[] = [
    [pod(high), [], `${kept}the share of a worker is 1`],
    [
      `kind: List\nitems:\n- ${pod(high).trimEnd().replaceAll('\n', '\n  ')}\n`,
      [],
      `${kept}the share of a worker is 1`,
    ],
    [pod(high, 'limits: {cpu: 8}'), ['-w', '2'], `${kept}the share of a worker is 4`],
    [pod(high, ''), [], `${kept}there is no limits.cpu to compare with`],
    [pod(high, 'limits: {cpu: 64}'), [], ''],
    [pod(high), ['--inherit', 'keep'], ''],
    [pod('[{name: OMP_NUM_THREADS, value: "1"}]'), [], ''],
  ];
  for (const [text, options, message] of cases) {
    test(`stays with file-key-ref, and ${message === '' ? 'nothing' : message} is said: ${options.join(' ')}`, async () => {
      const file = join(directory, `${randomUUID()}.yaml`);
      writeFileSync(file, text);
      const words = ['export', 'k8s', '-f', file, ...options, '--form'];
      const { status, stdout, stderr } = await runProgram([...words, 'file-key-ref']);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /name: OMP_NUM_THREADS, value: "(?:64|1)"/);
      if (message === '') assert.equal(stderr, '');
      else assert.ok(stderr.includes(message) && stderr.includes(hint.trim()), stderr);
      assert.equal((await runProgram([...words, 'env-file'])).stderr, '');
    });
  }
});

describe('export k8s -f', () => {
  for (const [kind, text] of Object.entries(WORKLOADS)) {
    test(`changes a ${kind} in every form, twice the same, and loses no line but the command`, async () => {
      for (const form of FORMS) {
        const once = await edit(text, '--container', 'app', '--form', form, '-w', '2');
        assert.deepEqual(
          lostLines(text, once).map((line) => line.trim()),
          form === 'file-key-ref' ? [] : [`command: ["python", 'job.py']`],
        );
        assert.equal(await edit(once, '--container', 'app', '--form', form, '-w', '2'), once);
        assert.notEqual(once, text);
      }
    });
  }

  test('going from form to form leaves nothing of the one before', async () => {
    const direct = new Map<string, unknown>();
    const toData = (text: string) => parseAllDocuments(text).map((doc) => doc.toJS() as unknown);
    const deployment = WORKLOADS['Deployment']!;
    for (const form of FORMS) direct.set(form, toData(await edit(deployment, '--container', 'app', '--form', form)));
    let text = deployment;
    for (const form of [...FORMS, ...FORMS.toReversed()]) {
      text = await edit(text, '--container', 'app', '--form', form);
      assert.deepEqual(toData(text), direct.get(form), form);
    }
  });

  test('leaves other documents as they are, byte by byte, also in lists and with CRLF', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${WORKLOADS['Pod']!.trimEnd().replaceAll('\n', '\n  ')}\n# end\n`;
    const text = `${SERVICE}---\n${WORKLOADS['Job']!}---\n${list}`;
    const once = await edit(text, '--container', 'app');
    assert.ok(once.startsWith(`${SERVICE}---\n`));
    assert.equal(once.match(/oneprocpool, --,/g)?.length, 2);
    assert.equal(lostLines(text, once).length, 2);
    const crlf = await edit(text.replaceAll('\n', '\r\n'), '--container', 'app');
    assert.equal(crlf, once.replaceAll('\n', '\r\n'));
  });

  test('says which containers there are', async () => {
    const file = join(directory, 'bad.yaml');
    for (const [text, options, message] of [
      [WORKLOADS['Pod'], [], /Pod x has 2 containers; name one with --container\n\nhint: one of app, side/],
      [WORKLOADS['Pod'], ['--container', 'ap'], /no container named `ap` in .*\n\nhint: the containers are app, side/],
      [WORKLOADS['Pod'], ['--container', 'side'], /container side of Pod x has no `command`/],
      [SERVICE, [], /no workload with containers in /],
      ['a: [', [], /invalid YAML in .*bad\.yaml, line 1: /],
    ] as [string, string[], RegExp][]) {
      writeFileSync(file, text);
      const { status, stdout, stderr } = await runProgram(['export', 'k8s', '-f', file, ...options]);
      assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
      assert.match(stderr, message);
    }
  });

  test('works as a KRM function on standard input', async () => {
    const items = `items:\n- ${WORKLOADS['StatefulSet']!.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const input = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  data: {container: app, workers: "2", physical: "true"}\n${items}`;
    const { status, stdout } = await runProgram(['export', 'k8s', '-f', '-'], { input });
    assert.equal(status, 0);
    assert.match(stdout, /command: \[ ?oneprocpool, --workers, "2", --physical, --, "python", 'job.py' ?\]/);
    assert.match(stdout, /^kind: ResourceList$/m);
    const wrong = await runProgram(['export', 'k8s', '-f', '-'], { input: input.replace('workers', 'wrokers') });
    assert.match(wrong.stderr, /unknown option `wrokers` in the functionConfig/);
  });
});

describe('the limit of the container, as the Downward API gives it to the init container', () => {
  test('is in millicores and is read as such', async () => {
    const text = await edit(WORKLOADS['Pod']!, '--container', 'app', '--form', 'env-file');
    const [pod] = parseAllDocuments(text).map(
      (doc) =>
        doc.toJS() as { spec: { initContainers: [{ env: { name: string; value?: string }[]; command: string[] }] } },
    );
    const [init] = pod!.spec.initContainers;
    const template = init.env.find(({ name }) => name === 'ONEPROCPOOL_CPUS')?.value ?? '';
    const output = join(directory, 'env');
    const command = init.command.slice(1).map((word) => (word === '/opt/oneprocpool/env' ? output : word));
    // What the kubelet makes of `$(CPU_LIMIT_MILLICORES)m` for a limit of 1.5 CPUs.
    const env = {
      ONEPROCPOOL_CPUS: template.replace('$(CPU_LIMIT_MILLICORES)', '1500'),
      ONEPROCPOOL_THREADS: undefined,
    };
    assert.equal((await runProgram(command, { env })).status, 0);
    const { stdout } = await runProgram(['-c', `. ${output} && exec "$0" "$@"`, 'sh', '-c', 'echo $OMP_NUM_THREADS'], {
      file: '/bin/sh',
    });
    assert.equal(stdout, '1\n');
  });
});

/** Every edited workload, and the examples. */
async function allManifests(): Promise<string[]> {
  const examples = ['indexed-job', 'stateful-set'].map((name) =>
    readFileSync(join(PROJECT_ROOT, `examples/kubernetes/${name}.yaml`), 'utf8'),
  );
  const texts = [...Object.values(WORKLOADS), ...examples.flatMap((text) => text.split(/^---\n/m))];
  const workloads = texts.filter((text) => text.includes('containers:'));
  const edited = workloads.map((text) => FORMS.map((form) => edit(text, '--container', 'app', '--form', form)));
  return [...examples.flatMap((text) => text.split(/^---\n/m)), ...(await Promise.all(edited.flat()))];
}

test('the examples are as `export k8s` leaves them', async () => {
  for (const [name, ...options] of [
    ['indexed-job', '--form', 'command'],
    ['stateful-set', '--form', 'init-copy', '--pool', 'app'],
  ]) {
    const text = readFileSync(join(PROJECT_ROOT, `examples/kubernetes/${name}.yaml`), 'utf8');
    assert.equal(await edit(text, '--container', 'app', ...options), text);
  }
});

test('the types of kubectl know every field', async (t) => {
  const kubectl = findFetched('kubectl/fetch-kubectl.sh');
  if (kubectl === undefined) return t.skip('no kubectl (tools/kubectl/fetch-kubectl.sh)');
  // Without a server it uses its types only in commands that change a file.
  const throughKubectl = (text: string): unknown => {
    const words = ['set', 'image', '--local', '-o', 'yaml', '-f', '-', 'app=other:1'];
    const { stdout, stderr } = spawnSync(kubectl, words, {
      input: text,
      encoding: 'utf8',
      env: { KUBECONFIG: '/dev/null' },
    });
    assert.equal(stderr, '');
    return keysOf(parseAllDocuments(stdout)[0]?.toJS());
  };
  for (const text of (await allManifests()).filter((each) => each.includes('containers:'))) {
    const seen = throughKubectl(text) as string[];
    for (const key of keysOf(parseAllDocuments(text)[0]?.toJS())) assert.ok(seen.includes(key), `${key} of\n${text}`);
  }
  assert.ok(
    !(throughKubectl(WORKLOADS['Pod']!.replace('restartPolicy', 'restartPolcy')) as string[]).includes(
      'spec.restartPolcy',
    ),
  );
});

/** Paths of all values: kubectl adds defaults, and leaves out what it does not know. */
function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path === '' ? key : `${path}.${key}`));
}

test('the typed models of Kubernetes know every field', async (t) => {
  if (!existsSync(CLIENT)) return t.skip('no client (npm ci --prefix tools/k8s)');
  const { loadYaml, dumpYaml } = (await import(pathToFileURL(CLIENT).href)) as {
    loadYaml: (text: string) => unknown;
    dumpYaml: (object: unknown) => string;
  };
  const throughModels = (text: string): unknown => parseAllDocuments(dumpYaml(loadYaml(text)))[0]?.toJS();
  for (const text of await allManifests()) assert.deepEqual(throughModels(text), parseAllDocuments(text)[0]?.toJS());
  assert.notDeepEqual(
    throughModels(WORKLOADS['Pod']!.replace('restartPolicy', 'restartPolcy')),
    parseAllDocuments(WORKLOADS['Pod']!.replace('restartPolicy', 'restartPolcy'))[0]?.toJS(),
    'the check sees a wrong field',
  );
});
