// Puts beside the executables in dist-binary/ what is released with them: man page, completions, change log,
// licences, SBOM, and SHA256SUMS over all of it (`sha256sum --check SHA256SUMS`).
// Usage: npm run build:release   makes the executables and the wheels too
//        node scripts/release-files.mjs [DIR]   only this, with the executables that are in DIR
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { makeSideFiles } from './side-files.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

const [OUT = 'dist-binary'] = process.argv.slice(2);
const SUMS = 'SHA256SUMS';
const NAMES = {
  manPage: 'oneprocpool.1',
  bash: 'oneprocpool.bash',
  zsh: '_oneprocpool',
  fish: 'oneprocpool.fish',
  changeLog: 'CHANGELOG.md',
  licence: 'LICENSE',
  notices: 'THIRD-PARTY-NOTICES.txt',
  sbom: 'oneprocpool.cdx.json',
};

const executables = listFiles().filter((name) => name.startsWith('oneprocpool-'));
if (executables.length === 0) {
  console.error(`Expected executables in ${OUT}/, found none\n\nhint: npm run build:binary makes them`);
  process.exit(1);
}
const texts = await makeSideFiles();
for (const [what, name] of Object.entries(NAMES)) writeFileSync(`${OUT}/${name}`, texts[what]);
const sums = [];
const byName = (a, b) => (a < b ? -1 : 1);
for (const name of [...executables, ...Object.values(NAMES)].sort(byName))
  sums.push(`${await sha256(`${OUT}/${name}`)}  ${name}\n`);
writeFileSync(`${OUT}/${SUMS}`, sums.join(''));
console.log(`${OUT}/${SUMS}: ${sums.length} files`);

function listFiles() {
  try {
    return readdirSync(OUT).filter((name) => !name.startsWith('.'));
  } catch {
    return []; // Nothing was built yet.
  }
}

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
