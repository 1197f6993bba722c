// The npm packages whose code ends up in what we ship, with versions, licences and hashes: for the licence
// texts that go with every form, and for the SBOM.
// Usage: node scripts/third-party.mjs   lists them
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Sorted by name and version: `{folder, name, version, license, homepage, integrity, text}`. What the bundler took is what counts,
 * not what is installed. Throws when a package has no licence text, or is not in the lock file.
 */
export async function readBundledPackages() {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts', 'src/main-binary.ts', 'src/index.ts'],
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: 'dist',
    format: 'esm',
    platform: 'node',
    external: ['typescript', 'bun:*'],
    define: { __ONEPROCPOOL_VERSION__: '""' },
    plugins: [presetsPlugin()],
    logLevel: 'error',
  });
  // Not `inputs`: a file of which nothing was kept is not redistributed.
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  // With a link for node_modules the path starts elsewhere.
  const places = files.flatMap((file) => /(?:^|\/)(node_modules\/.*)/.exec(file)?.[1] ?? []);
  const folders = new Set(places.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const { packages } = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8'));
  const key = ({ name, version }) => `${name} ${version}`;
  return [...folders].map((folder) => describe(folder, packages[folder])).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function describe(folder, locked) {
  if (locked === undefined) throw new Error(`Expected ${folder} in package-lock.json, found nothing`);
  const { name, version, license, homepage } = JSON.parse(readFileSync(`${ROOT}${folder}/package.json`, 'utf8'));
  const file = readdirSync(ROOT + folder).find((each) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(each));
  if (file === undefined) throw new Error(`Expected a licence text in ${folder}, found none`);
  if (version !== locked.version) throw new Error(`Expected ${name} ${locked.version}, found ${version}; run npm ci`);
  const text = readFileSync(`${ROOT}${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim();
  return { folder, name, version, license, homepage, integrity: locked.integrity, text };
}

/** The licence texts, one package after the other. */
export function renderNotices(packages) {
  const parts = packages.map(
    ({ name, version, license, homepage, text }) =>
      `${'='.repeat(78)}\n${name} ${version} (${license})${homepage ? `\n${homepage}` : ''}\n${'-'.repeat(78)}\n${text}\n`,
  );
  const intro = `oneprocpool contains the code of these ${packages.length} npm packages, each under its own licence.\n`;
  return [intro, ...parts].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = await readBundledPackages();
  console.log(packages.map(({ name, version, license }) => `${name} ${version} ${license}`).join('\n'));
}
