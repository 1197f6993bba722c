/** The form of the Python wheels, with stand-ins for the executables. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROJECT_ROOT } from '../support/project.ts';
import { buildWheels, findPythonTool, judgeSbom, NO_PYTHON_TOOLS, NO_WHEELS, run, writeStandIns } from './packaging.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
const TAGS = [
  'manylinux_2_17_aarch64.manylinux2014_aarch64',
  'manylinux_2_17_x86_64.manylinux2014_x86_64',
  'musllinux_1_2_aarch64',
  'musllinux_1_2_x86_64',
];

describe('the wheels', { skip: NO_WHEELS }, () => {
  let directory = '';
  let wheels: string[] = [];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const from = writeStandIns(join(directory, 'executables'));
    for (const to of ['once', 'again']) buildWheels('--from', from, '--to', join(directory, to));
    wheels = readdirSync(join(directory, 'once')).sort((a, b) => (a < b ? -1 : 1));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('are named after their platforms', () => {
    assert.deepEqual(
      wheels,
      TAGS.map((tag) => `oneprocpool-${version}-py3-none-${tag}.whl`),
    );
  });

  test('are the same bytes when built again', () => {
    for (const wheel of wheels) {
      const [once, again] = ['once', 'again'].map((name) => readFileSync(join(directory, name, wheel)));
      assert.ok(once !== undefined && again !== undefined && once.equals(again), wheel);
    }
  });

  test('hold the executable of their platform and a RECORD that is true', () => {
    for (const [i, platform] of ['linux-arm64', 'linux-x64', 'linux-arm64-musl', 'linux-x64-musl'].entries()) {
      const seen = JSON.parse(
        run('python3', ['-c', READ_WHEEL, join(directory, 'once', wheels[i] ?? '')]),
      ) as WheelContents;
      assert.deepEqual(seen.wrong, []);
      assert.equal(seen.program, `#!/bin/sh\necho ${platform}\n`);
      assert.equal(seen.programMode, 0o100755);
      assert.deepEqual(
        seen.tags,
        (TAGS[i] ?? '').split('.').map((tag) => `py3-none-${tag}`),
      );
      const info = `oneprocpool-${version}`;
      const libraries = seen.names.filter((name) => name.includes('/libexec/'));
      const expected = platform.endsWith('musl') ? ['libgcc_s-*.so.*', 'libstdc++-*.so.*'] : [];
      assert.deepEqual(
        libraries.map((name) =>
          name.replaceAll(/-[0-9a-f]{8}(?=\.so)|(?<=\.so\.).*/g, (part) => (part[0] === '-' ? '-*' : '*')),
        ),
        expected.map((name) => `${info}.data/data/libexec/oneprocpool/${name}`),
      );
      assert.deepEqual(
        seen.names.filter((name) => !name.startsWith('oneprocpool/')),
        [
          `${info}.data/scripts/oneprocpool`,
          ...libraries,
          `${info}.data/data/share/man/man1/oneprocpool.1`,
          `${info}.data/data/share/bash-completion/completions/oneprocpool`,
          `${info}.data/data/share/zsh/site-functions/_oneprocpool`,
          `${info}.data/data/share/fish/vendor_completions.d/oneprocpool.fish`,
          `${info}.data/data/share/doc/oneprocpool/CHANGELOG.md`,
          `${info}.dist-info/licenses/LICENSE`,
          `${info}.dist-info/licenses/THIRD-PARTY-NOTICES.txt`,
          `${info}.dist-info/sboms/oneprocpool.cdx.json`,
          `${info}.dist-info/WHEEL`,
          `${info}.dist-info/METADATA`,
          `${info}.dist-info/RECORD`,
        ],
      );
      assert.ok(seen.names.includes('oneprocpool/py.typed'));
    }
  });

  test('say whose the libraries for musl are, and under which licence', async () => {
    for (const wheel of wheels) {
      const { notices, sbom } = JSON.parse(
        run('python3', ['-c', READ_PAPERS, join(directory, 'once', wheel)]),
      ) as Record<'notices' | 'sbom', string>;
      const isMusl = wheel.includes('musllinux');
      assert.equal(/^libstdc\+\+ 14\.\S+ of Alpine Linux/m.test(notices), isMusl);
      assert.equal(/GCC RUNTIME LIBRARY EXCEPTION[^]*GNU GENERAL PUBLIC LICENSE\s+Version 3/.test(notices), isMusl);
      const { components } = JSON.parse(sbom) as { components: Record<string, unknown>[] };
      const carried = components.filter(({ purl }) => String(purl).startsWith('pkg:apk/'));
      const licence = [{ expression: 'GPL-3.0-or-later WITH GCC-exception-3.1' }];
      assert.deepEqual(
        carried.map(({ name, licenses }) => [name, licenses]),
        isMusl
          ? [
              ['libgcc', licence],
              ['libstdc++', licence],
            ]
          : [],
      );
      assert.equal(await judgeSbom(sbom), null);
    }
  });

  test('have metadata that the package index takes', (t) => {
    const twine = findPythonTool('twine');
    if (twine === undefined) t.skip(NO_PYTHON_TOOLS);
    else run(twine, ['check', '--strict', ...wheels.map((wheel) => join(directory, 'once', wheel))]);
  });

  test('are refused when there is no executable', () => {
    assert.throws(
      () => buildWheels('--from', directory, '--to', join(directory, 'none')),
      /hint: npm run build:binary/,
    );
    assert.throws(() => buildWheels('linux-ppc64'), /unknown platform: linux-ppc64/);
  });
});

/** Licences and bill of materials of a wheel. */
const READ_PAPERS = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    read = lambda end: wheel.read([name for name in wheel.namelist() if name.endswith(end)][0]).decode()
    print(json.dumps({'notices': read('/THIRD-PARTY-NOTICES.txt'), 'sbom': read('/sboms/oneprocpool.cdx.json')}))
`;

interface WheelContents {
  readonly names: string[];
  readonly wrong: string[];
  readonly tags: string[];
  readonly program: string;
  readonly programMode: number;
}

/** What a wheel holds, and which lines of its RECORD are not true. */
const READ_WHEEL = `
import base64, csv, hashlib, io, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    assert wheel.testzip() is None
    names = wheel.namelist()
    (record,) = [name for name in names if name.endswith('.dist-info/RECORD')]
    lines = {path: (sums, size) for path, sums, size in csv.reader(io.StringIO(wheel.read(record).decode()))}
    wrong = [name for name in set(lines) ^ set(names)]
    for name in names:
        content = wheel.read(name)
        sums = 'sha256=' + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')
        if lines.get(name) != (('', '') if name == record else (sums, str(len(content)))):
            wrong.append(name)
    (program,) = [name for name in names if name.endswith('.data/scripts/oneprocpool')]
    head = wheel.read([name for name in names if name.endswith('.dist-info/WHEEL')][0]).decode()
    print(json.dumps({
        'names': names, 'wrong': wrong, 'program': wheel.read(program).decode(),
        'tags': [line[5:] for line in head.splitlines() if line.startswith('Tag: ')],
        'programMode': wheel.getinfo(program).external_attr >> 16,
    }))
`;
