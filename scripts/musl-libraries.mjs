// The libraries of C++ that bun for musl needs and that a bare Alpine lacks: libstdc++ and libgcc_s, for the wheels.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isElf } from './elf-file.mjs';
import { bringLibraries, writeOutRelr } from './elf-libraries.mjs';

const FETCH = fileURLToPath(new URL('../tools/musl/fetch-libraries.sh', import.meta.url));
const MACHINES = { 'linux-x64-musl': 'x86_64', 'linux-arm64-musl': 'aarch64' };
/** Names of the packages of Alpine by how the files are called. */
const PACKAGES = { 'libgcc_s-': 'libgcc', 'libstdc++-': 'libstdc++' };
const LICENCE = 'GPL-3.0-or-later WITH GCC-exception-3.1';

/**
 * In this order: as pip installs it, below the prefix (not in `lib`, which `pip install --target` leaves out); beside a
 * copy that `oneprocpool install` has made; as it lies in the wheel.
 */
const SEARCH_PATH = [
  '$ORIGIN/../libexec/oneprocpool',
  '$ORIGIN/oneprocpool.libs',
  '$ORIGIN/../data/libexec/oneprocpool',
];

/**
 * The libraries for a platform, none for glibc: `{file, content, name, version, machine, license, text}`, the same
 * whenever the pinned packages are. Throws when they can neither be fetched nor were.
 */
export function readMuslLibraries(platform) {
  const machine = MACHINES[platform];
  if (machine === undefined) return [];
  const { stdout, stderr, status } = spawnSync(FETCH, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Expected libstdc++ for musl, found none: ${stderr.trim()}`);
  const folder = stdout.trim();
  const { components } = JSON.parse(readFileSync(`${folder}/${machine}/auditwheel.cdx.json`, 'utf8'));
  const text = readFileSync(`${folder}/LICENCE`, 'utf8');
  return Object.entries(PACKAGES).map(([start, name]) => {
    const file = readdirSync(`${folder}/${machine}`).find((each) => each.startsWith(start));
    const { version } = components.find((each) => each.name === name);
    const content = writeOutRelr(readFileSync(`${folder}/${machine}/${file}`));
    return { file, content, name, version, machine, license: LICENCE, text };
  });
}

/** The executable so that it finds them under the names of their files. What is no ELF file needs none. */
export function withMuslLibraries(executable, libraries) {
  if (libraries.length === 0 || !isElf(executable)) return executable;
  const { file } = libraries.find(({ name }) => name === 'libstdc++');
  return bringLibraries(executable, { 'libstdc++.so.6': file }, SEARCH_PATH.join(':'));
}

/** For the licence texts of such a wheel. Empty without libraries. */
export function renderLibraryNotice(libraries) {
  if (libraries.length === 0) return '';
  const list = libraries.map(
    ({ name, version, file }) => `${name} ${version} of Alpine Linux, as libexec/oneprocpool/${file}\n`,
  );
  return `
${'='.repeat(78)}
${list.join('')}${LICENCE}
https://gcc.gnu.org, sources: https://gitlab.alpinelinux.org/alpine/aports/-/tree/master/main/gcc
${'-'.repeat(78)}
The libraries of GCC for C++. They are beside the executable, not in it, and can be replaced. Names and search paths
were changed by auditwheel, and their relative relocations were written out (DT_RELR as DT_RELA) for older musl.

${libraries[0].text.trim()}
`;
}
