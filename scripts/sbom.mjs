// The software bill of materials of the executables: the npm packages bundled in them, and bun; of the wheels for musl also
// the libraries beside them.
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). The same content gives the same bytes: no time, and a
// serial number made from the content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** `packages` as readBundledPackages gives them, `carried` as readMuslLibraries. The text of the JSON file. */
export function renderSbom(packages, carried) {
  const { name, version, description, license } = readJson('package.json');
  const main = { type: 'application', ...identify(name, version), description, ...licensed(license) };
  const libraries = packages.map(describePackage);
  // All that is not npm packages: nothing says what they need.
  const others = [...readRuntimes(), ...carried.map(describeCarried)];
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: main },
    components: [...libraries, ...others],
    dependencies: describeDependencies(main, packages, others),
  };
  const digest = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  return `${JSON.stringify({ $schema: SCHEMA, serialNumber: `urn:uuid:${uuidFrom(digest)}`, ...document }, null, 2)}\n`;
}

const SCHEMA = 'http://cyclonedx.org/schema/bom-1.6.schema.json';

function describePackage({ name, version, license, homepage, integrity }) {
  const links = homepage === undefined ? {} : { externalReferences: [{ type: 'website', url: homepage }] };
  return { type: 'library', ...identify(name, version), ...licensed(license), hashes: [hashOf(integrity)], ...links };
}

/** bun for each platform, from its lock file. Versions of what is linked into it are known to bun only. */
function readRuntimes() {
  const { packages } = readJson('tools/bun/package-lock.json');
  const names = Object.keys(packages).filter((folder) => folder !== '');
  return names.sort().map((folder) => {
    const { version, license, integrity } = packages[folder];
    return {
      type: 'platform',
      ...identify(folder.replace('node_modules/', ''), version),
      ...licensed(license),
      hashes: [hashOf(integrity)],
      externalReferences: [
        { type: 'website', url: 'https://bun.com' },
        { type: 'license', url: 'https://bun.com/docs/project/license', comment: 'and that of the libraries in it' },
      ],
    };
  });
}

/** A file beside the executable, with the sum that it has there. */
function describeCarried({ name, version, machine, license, content }) {
  const purl = `pkg:apk/alpine/${encodeURIComponent(name)}@${version}?arch=${machine}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ expression: license }],
    hashes: [{ alg: 'SHA-512', content: createHash('sha512').update(content).digest('hex') }],
    pedigree: { notes: 'renamed by auditwheel; DT_RELR written out as DT_RELA' },
  };
}

function identify(name, version) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [, group, rest] = /^(?:(@[^/]+)\/)?(.*)$/.exec(name);
  return { 'bom-ref': purl, ...(group === undefined ? {} : { group }), name: rest, version, purl };
}

function licensed(id) {
  return { licenses: [{ license: { id } }] };
}

/** From `sha512-BASE64`, as npm writes it. */
function hashOf(integrity) {
  const [, content] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (content === undefined) throw new Error(`Expected a SHA-512 sum in the lock file, got ${integrity}`);
  return { alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') };
}

/** Who needs whom among what is in the executables, found as Node.js finds it: upwards through the folders. */
function describeDependencies(main, packages, others) {
  const locked = readJson('package-lock.json').packages;
  const refs = new Map(packages.map(({ folder, name, version }) => [folder, identify(name, version)['bom-ref']]));
  const find = (from, name) => {
    for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))) {
      const ref = refs.get(`${place === '' ? '' : `${place}/`}node_modules/${name}`);
      if (ref !== undefined || place === '') return ref;
    }
  };
  const needs = (folder, names) => names.flatMap((name) => find(folder, name) ?? []).sort();
  return [
    {
      ref: main['bom-ref'],
      dependsOn: [...needs('', Object.keys(locked[''].devDependencies)), ...others.map((each) => each['bom-ref'])],
    },
    ...packages.map(({ folder }) => ({
      ref: refs.get(folder),
      dependsOn: needs(folder, Object.keys(locked[folder].dependencies ?? {})),
    })),
    ...others.map((each) => ({ ref: each['bom-ref'] })),
  ];
}

/** A UUID of version 8, RFC 9562: its bits are those of the digest. */
function uuidFrom(digest) {
  const variant = ((Number.parseInt(digest[16], 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    variant + digest.slice(17, 20),
    digest.slice(20, 32),
  ].join('-');
}

function readJson(path) {
  return JSON.parse(readFileSync(ROOT + path, 'utf8'));
}
