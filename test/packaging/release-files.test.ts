/** What is released beside the executables: checksums that are right, an SBOM that holds to its schema, documents. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROJECT_ROOT } from '../support/project.ts';
import { HAS_RELEASE_TOOLS, judgeSbom, NO_RELEASE_TOOLS, PLATFORMS, run, writeStandIns } from './packaging.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}
interface Sbom {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component; readonly timestamp?: string };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const read = (path: string) => readFileSync(path, 'utf8');

describe('the released files', { skip: HAS_RELEASE_TOOLS ? false : NO_RELEASE_TOOLS }, () => {
  let directory = '';
  let out = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    out = writeStandIns(join(directory, 'out'));
    run(process.execPath, ['scripts/release-files.mjs', out]);
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('have sums that sha256sum confirms, over every file', () => {
    run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
    const named = read(join(out, 'SHA256SUMS')).trim().split('\n');
    assert.deepEqual(
      named.map((line) => line.slice(66)),
      readdirSync(out)
        .filter((name) => name !== 'SHA256SUMS')
        .sort((a, b) => (a < b ? -1 : 1)),
    );
    for (const platform of PLATFORMS) assert.ok(named.some((line) => line.endsWith(`  oneprocpool-${platform}`)));
  });

  test('are the same bytes when made again', () => {
    const again = writeStandIns(join(directory, 'again'));
    run(process.execPath, ['scripts/release-files.mjs', again]);
    assert.equal(read(join(again, 'SHA256SUMS')), read(join(out, 'SHA256SUMS')));
  });

  test('are man page, completions, change log and licences', () => {
    for (const name of ['CHANGELOG.md', 'LICENSE']) assert.equal(read(join(out, name)), read(join(PROJECT_ROOT, name)));
    assert.equal(read(join(out, 'oneprocpool.1')), read(join(PROJECT_ROOT, 'man/oneprocpool.1')));
    for (const [name, shell] of [
      ['oneprocpool.bash', 'bash'],
      ['_oneprocpool', 'zsh'],
      ['oneprocpool.fish', 'fish'],
    ] as const) {
      const said = run(join(PROJECT_ROOT, 'bin/oneprocpool'), ['completion', shell]);
      assert.equal(read(join(out, name)), said, `${name} is not what \`completion ${shell}\` says`);
    }
    const notices = read(join(out, 'THIRD-PARTY-NOTICES.txt'));
    assert.match(notices, /^commander \d/m);
    assert.match(notices, /^bun \d+\.\d+\.\d+, in the single-file executables only$/m);
    assert.match(notices, /JavaScriptCore.*LGPL/);
  });

  test('have an SBOM that holds to the schema of CycloneDX 1.6', async () => {
    const text = read(join(out, 'oneprocpool.cdx.json'));
    assert.equal(await judgeSbom(text), null);
    // The judge judges.
    assert.notEqual(await judgeSbom(text.replace('"SHA-512"', '"SHA-511"')), null);
  });

  test('have an SBOM with what is in the executables: versions, licences and hashes of the lock files', () => {
    const sbom = JSON.parse(read(join(out, 'oneprocpool.cdx.json'))) as Sbom;
    const lockOf = (path: string) =>
      (
        JSON.parse(read(join(PROJECT_ROOT, path))) as {
          packages: Record<string, { version: string; integrity: string }>;
        }
      ).packages;
    const refs = sbom.components.map((each) => each['bom-ref']);
    assert.equal(new Set(refs).size, refs.length);
    for (const [name, file] of [
      ['commander', 'package-lock.json'],
      ['cosmiconfig', 'package-lock.json'],
      ['execa', 'package-lock.json'],
      ['pidtree', 'package-lock.json'],
      ['signal-exit', 'package-lock.json'],
      ['@oven/bun-linux-aarch64', 'tools/bun/package-lock.json'],
      ['@oven/bun-linux-x64-musl-baseline', 'tools/bun/package-lock.json'],
    ] as const) {
      const locked = lockOf(file)[`node_modules/${name}`];
      const found = sbom.components.find(
        ({ purl }) => purl === `pkg:npm/${name.replace('@', '%40')}@${locked?.version}`,
      );
      assert.ok(found !== undefined, name);
      const hex = Buffer.from(locked?.integrity.replace('sha512-', '') ?? '', 'base64').toString('hex');
      assert.deepEqual(found.hashes, [{ alg: 'SHA-512', content: hex }]);
      assert.ok(found.licenses[0]?.license.id);
    }
    // What only builds and tests need is not in the executables.
    for (const name of ['typescript', 'esbuild', 'ajv', 'fast-check', 'publint'])
      assert.ok(!refs.some((ref) => ref.startsWith(`pkg:npm/${name}@`)), name);
    const known = new Set([sbom.metadata.component['bom-ref'], ...refs]);
    const edges = sbom.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
    assert.deepEqual(
      edges.filter((ref) => !known.has(ref)),
      [],
    );
    const reached = new Set([sbom.metadata.component['bom-ref']]);
    for (const ref of reached)
      for (const next of sbom.dependencies.find((each) => each.ref === ref)?.dependsOn ?? []) reached.add(next);
    assert.deepEqual(
      [...known].filter((ref) => !reached.has(ref)),
      [],
    );
    assert.equal(sbom.metadata.timestamp, undefined);
    assert.match(sbom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
