/** Awkward manifests: what is written, read by a reader of its own, is what was read and the one change. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { OneprocpoolError } from '../../../src/errors.ts';
import { editManifests } from '../../../src/export/kubernetes/edit-manifest.ts';
import { KUBERNETES_FORMS, type KubernetesForm } from '../../../src/export/kubernetes/launcher-parts.ts';
import { APP, deployment, MANIFESTS } from '../../support/awkward-manifests.ts';

const WORDS = ['--workers', '2', '--env', 'A=on', '--preset', 'on'];

function edit(texts: string | readonly string[], form: KubernetesForm, words: readonly string[] = WORDS): string {
  const files = [texts].flat().map((text, at) => ({ name: `file-${at}.yaml`, text }));
  const input = { container: 'app', form, image: 'tool:1', planningWords: words, variables: ['A', 'DB'] };
  return editManifests(files, input);
}

type Data = Readonly<Record<string, unknown>>;
type Item = { readonly name?: string; readonly valueFrom?: { readonly fileKeyRef?: { readonly volumeName?: string } } };

/** As readers of YAML 1.1 and of 1.2 see it, merge keys and aliases resolved. */
function dataOf(text: string, version: '1.1' | '1.2'): unknown[] {
  const documents = parseAllDocuments(text, { version, merge: true, logLevel: 'silent', intAsBigInt: true });
  assert.ok(Array.isArray(documents));
  for (const { errors } of documents) assert.deepEqual(errors, []);
  return documents.map((document) => document.toJS({ maxAliasCount: -1 }) as unknown);
}

/** Without what was added to a container named app and its pod; counts the commands that had it. */
function without(value: unknown, seen: { changed: number }): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, seen));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const result: Record<string, unknown> = {};
  const isApp = (value as Item).name === 'app';
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(inner) && ['env', 'volumeMounts', 'initContainers', 'volumes'].includes(key)) {
      const users = (inner as Item[]).filter(
        ({ name, valueFrom }) => name !== 'oneprocpool' && valueFrom?.fileKeyRef?.volumeName !== 'oneprocpool',
      );
      if (users.length < inner.length && isApp && key === 'env') seen.changed += 1;
      if (users.length === inner.length || users.length > 0) result[key] = without(users, seen);
    } else if (Array.isArray(inner) && isApp && key === 'command') {
      const words = inner.map(String);
      const own = words[2]?.startsWith('. /opt/') === true ? 3 : words.indexOf('--') + 1;
      if (own > 0) seen.changed += 1;
      if (own > 0 && own !== 3)
        assert.deepEqual(inner.slice(1, own - 1), WORDS, 'the words of oneprocpool are texts for every reader');
      result[key] = inner.slice(own);
    } else result[key] = without(inner, seen);
  }
  return result;
}

for (const lineEnd of ['\n', '\r\n']) {
  describe(`a manifest with ${lineEnd === '\n' ? 'LF' : 'CRLF and a byte order mark'}`, () => {
    for (const [name, lines] of Object.entries(MANIFESTS)) {
      test(name, () => {
        const text = lineEnd === '\n' ? lines : `\uFEFF${lines.replaceAll('\n', lineEnd)}`;
        for (const form of KUBERNETES_FORMS) {
          const edited = edit(text, form);
          for (const version of ['1.1', '1.2'] as const) {
            const seen = { changed: 0 };
            assert.deepEqual(without(dataOf(edited, version), seen), dataOf(text, version), `${form}:\n${edited}`);
            assert.ok(seen.changed > 0, `${form} is not there:\n${edited}`);
          }
          assert.equal(edit(edited, form), edited, 'done twice it changes nothing');
          assert.equal(edited.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
          assert.equal(/(?<!\r)\n/.test(edited), lineEnd === '\n', 'line ends');
          const comments = text.match(/# (?!no comment)[a-z ]+/g) ?? [];
          for (const comment of comments) assert.ok(edited.includes(comment), `${comment} is lost:\n${edited}`);
        }
      });
    }
  });
}

describe('JSON', () => {
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'x', annotations: { 'a/b': '{"c": "\u2028 é 😀"}', empty: '' } },
    spec: { containers: [{ name: 'app', command: ['a', ''], tty: true, args: [], resources: {}, stdin: null }] },
  };
  for (const indent of [undefined, 2, 4, '\t']) {
    test(`stays JSON with the indentation ${JSON.stringify(indent)}`, () => {
      const text = `${JSON.stringify(pod, null, indent).replace('"tty"', '"big":12345678901234567890,"tty"')}\n`;
      for (const form of KUBERNETES_FORMS) {
        const edited = edit(text, form);
        const seen = { changed: 0 };
        assert.deepEqual(without(JSON.parse(edited), seen), without(JSON.parse(text), { changed: 0 }));
        assert.equal(seen.changed, 1);
        assert.match(edited, /"big": ?12345678901234567890,/);
        assert.equal(edit(edited, form), edited);
        if (indent !== undefined)
          assert.equal(
            JSON.stringify(JSON.parse(edited.replace(/"big".*?,\s*/, '')), null, indent),
            edited.replace(/"big".*?,\s*/, '').trimEnd(),
          );
        else assert.equal(edited.trimEnd().includes('\n'), false);
      }
    });
  }
});

describe('several files', () => {
  const pod = (name: string) =>
    `kind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: app, command: [${name}]}]}`;
  test('become the documents of one text, each with its change', () => {
    for (const texts of [
      [pod('a'), `${pod('b')}\n`],
      [`${pod('a')}\n`, `# head\n---\n${pod('b')}\n`, 'kind: ConfigMap\n'],
      [`\uFEFF${pod('a')}\n`, `\uFEFF${pod('b')}\n`],
      [pod('a'), `%YAML 1.2\n---\n${pod('b')}\n`],
      [JSON.stringify({ kind: 'Pod', spec: { containers: [{ name: 'app', command: ['x'] }] } }), pod('b')],
    ]) {
      const edited = edit(texts, 'command');
      const seen = { changed: 0 };
      assert.deepEqual(
        without(dataOf(edited, '1.2'), seen),
        texts.flatMap((text) => dataOf(text, '1.2')),
      );
      assert.equal(seen.changed, 2, edited);
    }
  });
});

describe('what cannot be edited is refused with its line', () => {
  const cases: [name: string, text: string, message: RegExp, hint: RegExp][] = [
    [
      'a Helm value',
      deployment(`${APP}  image: {{ .Values.image }}\n`),
      /file-0\.yaml, line 11: .*template/,
      /helm template/,
    ],
    ['a Helm condition', `{{- if .Values.on }}\n${deployment(APP)}{{- end }}\n`, /line 1: .*template/, /helm template/],
    ['a Helm name', deployment(APP).replace('shop}', '{{ .Release.Name }}-x}'), /line 3: .*template/, /helm template/],
    ['part of a word', deployment(`${APP}x: a-{{ .Values.x }}-b\n`), /line 11: .*template/, /helm template/],
    [
      'an include',
      `${deployment(APP)}---\nkind: ConfigMap\n{{ include "x" . }}\n`,
      /line 13: .*template/,
      /helm template/,
    ],
    [
      'a duplicate key',
      `${deployment(APP)}kind: Pod\n`,
      /invalid YAML in file-0\.yaml, line 11: .*kind is there twice/,
      /./,
    ],
    ['a tab as indentation', deployment(APP).replace('\n  template', '\n\ttemplate'), /line 5: Tabs/, /./],
    ['the second document', `${deployment(APP)}---\na: [\n`, /invalid YAML in file-0\.yaml, line 1[23]: /, /./],
    ['an unknown alias', deployment(`${APP}x: *nobody\n`), /invalid YAML in file-0\.yaml, line 11: .*nobody/, /./],
    [
      'an endless alias',
      deployment(APP.replace('[python3, app.py]', '&x [a, *x]')),
      /line 10: .*&x contains itself/,
      /./,
    ],
    [
      'a volume of that name',
      deployment(`${APP}volumes: [{name: oneprocpool, hostPath: {path: /}}]\n`),
      /of its own named/,
      /./,
    ],
    [
      'options in args',
      deployment(APP.replace('[python3, app.py]', '[oneprocpool]\n  args: ["-w", "2", --, x]')),
      /in `args`/,
      /--/,
    ],
  ];
  for (const [name, text, message, hint] of cases) {
    test(name, () => {
      assert.throws(
        () => edit(text, 'command'),
        (error: unknown) => {
          assert.ok(error instanceof OneprocpoolError, String(error));
          assert.match(error.message, message);
          assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});

test('many keys and many aliases take linear time', () => {
  const many = (line: (at: number) => string) => Array.from({ length: 20_000 }, (_, at) => line(at)).join('');
  const text = deployment(`${APP}  env: &e [{name: A1, value: b}]\n`, `x:\n${many((at) => `  k${at}: *e\n`)}`);
  const before = process.cpuUsage().user;
  assert.ok(edit(text, 'file-key-ref').includes('\n  k19999:'));
  const seconds = (process.cpuUsage().user - before) / 1e6;
  // A second where each is looked at once, minutes where each is compared with all.
  assert.ok(seconds < 20, `${seconds} s of CPU time`);
});

describe('an oneprocpool that is there already', () => {
  const commandOf = (text: string) =>
    (dataOf(text, '1.2')[0] as { spec: { template: { spec: { containers: { command: string[] }[] } } } }).spec.template
      .spec.containers[0]!.command;
  for (const [before, program] of [
    ['[oneprocpool, -w, "4", python3, app.py]', ['python3', 'app.py']],
    ['[/usr/bin/oneprocpool, run, -w4, --pool=app, --, python3]', ['python3']],
    ['[oneprocpool, git, log, --, file]', ['git', 'log', '--', 'file']],
    ['[python3, --, oneprocpool]', ['python3', '--', 'oneprocpool']],
  ] as [string, string[]][]) {
    test(before, () => {
      const edited = edit(deployment(APP.replace('[python3, app.py]', before)), 'command');
      assert.deepEqual(commandOf(edited), ['oneprocpool', ...WORDS, '--', ...program]);
    });
  }

  test('words that readers of YAML take for something else are texts', () => {
    const words = [
      '--env',
      'A=\u2028b\u0085',
      '--with',
      'y',
      '--cpus',
      '1_0',
      '--x',
      '0o7',
      '--y',
      '1:30',
      '--z',
      '2001-01-01',
    ];
    for (const version of ['1.1', '1.2'] as const) {
      const [first] = dataOf(edit(deployment(APP), 'command', words), version) as Data[];
      const found = JSON.stringify(first);
      assert.ok(found.includes(JSON.stringify([...words, '--']).slice(1, -1)), found);
    }
  });
});
