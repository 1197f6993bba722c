// Builds dist-wheel/: one Python wheel for each executable in dist-binary/, which it carries as its script.
// Usage: npm run build:wheel [-- NAME...]   all there are, or only those named: linux-x64, linux-arm64, linux-x64-musl, linux-arm64-musl
//   --from DIR, --to DIR   instead of dist-binary and dist-wheel
//   --fast                 compressed in a quarter of the time, into some more bytes
// The same executable gives the same wheel, byte for byte.
// Format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipPieces } from './deterministic-zip.mjs';
import { readMuslLibraries, withMuslLibraries } from './musl-libraries.mjs';
import { makeSideFiles } from './side-files.mjs';

/**
 * By the name of the executable. glibc: bun needs GLIBC_2.17, which is manylinux2014. musl: 1.2; libstdc++, which no
 * musllinux tag promises, is in the wheel.
 */
const PLATFORM_TAGS = {
  'linux-x64': ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
  'linux-arm64': ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
  'linux-x64-musl': ['musllinux_1_2_x86_64'],
  'linux-arm64-musl': ['musllinux_1_2_aarch64'],
};
const PYTHONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: 'dist-binary' },
    to: { type: 'string', default: 'dist-wheel' },
    fast: { type: 'boolean', default: false },
  },
});
const [from, to] = [resolve(values.from), resolve(values.to)];
process.chdir(new URL('..', import.meta.url).pathname);

const { name, version, description, keywords, license } = JSON.parse(readFileSync('package.json', 'utf8'));
const executableOf = (platform) => `${from}/oneprocpool-${platform}`;
const unknown = names.filter((platform) => !(platform in PLATFORM_TAGS));
if (unknown.length > 0)
  fail(`unknown platform: ${unknown.join(', ')}; there are ${Object.keys(PLATFORM_TAGS).join(', ')}`);
const platforms =
  names.length > 0 ? names : Object.keys(PLATFORM_TAGS).filter((each) => existsSync(executableOf(each)));
const missing = platforms.map(executableOf).filter((file) => !existsSync(file));
if (platforms.length === 0 || missing.length > 0) {
  fail(`Expected ${missing[0] ?? `executables in ${from}`}, found none\n\nhint: npm run build:binary makes them`);
}
const side = await makeSideFiles();
mkdirSync(to, { recursive: true });
for (const platform of platforms) buildWheel(platform);

function buildWheel(platform) {
  const tags = PLATFORM_TAGS[platform].map((tag) => `py3-none-${tag}`);
  const info = `${name}-${version}.dist-info`;
  const data = `${name}-${version}.data`;
  const libraries = readMuslLibraries(platform);
  const { notices, sbom } = side.describe(libraries);
  const files = [
    ...readdirSync('python/oneprocpool')
      .filter((each) => /\.py$|^py\.typed$/.test(each))
      .map((each) => [`${name}/${each}`, readFileSync(`python/oneprocpool/${each}`)]),
    [`${data}/scripts/oneprocpool`, withMuslLibraries(readFileSync(executableOf(platform)), libraries)],
    ...libraries.map(({ file, content }) => [`${data}/data/libexec/${name}/${file}`, content]),
    [`${data}/data/share/man/man1/oneprocpool.1`, side.manPage],
    [`${data}/data/share/bash-completion/completions/oneprocpool`, side.bash],
    [`${data}/data/share/zsh/site-functions/_oneprocpool`, side.zsh],
    [`${data}/data/share/fish/vendor_completions.d/oneprocpool.fish`, side.fish],
    [`${data}/data/share/doc/oneprocpool/CHANGELOG.md`, side.changeLog],
    [`${info}/licenses/LICENSE`, side.licence],
    [`${info}/licenses/THIRD-PARTY-NOTICES.txt`, notices],
    // https://packaging.python.org/en/latest/specifications/recording-installed-packages/ (PEP 770)
    [`${info}/sboms/oneprocpool.cdx.json`, sbom],
    [`${info}/WHEEL`, renderWheel(tags)],
    [`${info}/METADATA`, renderMetadata()],
  ].map(([path, content]) => ({
    name: path,
    content: Buffer.from(content),
    mode: /\/(scripts|libexec)\//.test(path) ? 0o755 : 0o644,
  }));
  // The metadata comes last, as the format recommends; RECORD has no sum of itself.
  const record = files.map(({ name: path, content }) => `${path},sha256=${sumOf(content)},${content.length}\n`);
  const recordPath = `${info}/RECORD`;
  files.push({ name: recordPath, content: Buffer.from(`${record.join('')}${recordPath},,\n`), mode: 0o644 });
  const file = `${to}/${name}-${version}-py3-none-${PLATFORM_TAGS[platform].join('.')}.whl`;
  writeFileSync(`${file}.tmp`, Buffer.concat(zipPieces(files, values.fast ? 1 : 9)));
  renameSync(`${file}.tmp`, file);
  console.log(file);
}

function renderWheel(tags) {
  return [
    'Wheel-Version: 1.0',
    `Generator: ${name} ${version}`,
    'Root-Is-Purelib: false',
    ...tags.map((tag) => `Tag: ${tag}`),
    '',
  ].join('\n');
}

/** https://packaging.python.org/en/latest/specifications/core-metadata/ */
function renderMetadata() {
  return [
    'Metadata-Version: 2.4',
    `Name: ${name}`,
    `Version: ${version}`,
    `Summary: ${description}`,
    `Keywords: ${keywords.join(',')}`,
    `License-Expression: ${license}`,
    'License-File: LICENSE',
    'License-File: THIRD-PARTY-NOTICES.txt',
    'Classifier: Development Status :: 4 - Beta',
    'Classifier: Environment :: Console',
    'Classifier: Intended Audience :: Developers',
    'Classifier: Intended Audience :: Science/Research',
    'Classifier: Operating System :: POSIX :: Linux',
    ...PYTHONS.map((each) => `Classifier: Programming Language :: Python :: ${each}`),
    'Classifier: Topic :: Scientific/Engineering',
    'Classifier: Topic :: System :: Systems Administration',
    'Classifier: Typing :: Typed',
    `Requires-Python: >=${PYTHONS[0]}`,
    'Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM',
    '',
    readFileSync('python/README.md', 'utf8'),
  ].join('\n');
}

function sumOf(content) {
  return createHash('sha256').update(content).digest('base64url');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
