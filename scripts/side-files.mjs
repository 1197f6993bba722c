// What goes with every executable, beside it or inside a wheel: man page, completions, change log, licences, SBOM.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSources } from './import-sources.mjs';
import { installTools } from './install-tools.mjs';
import { renderLibraryNotice } from './musl-libraries.mjs';
import { renderSbom } from './sbom.mjs';
import { readBundledPackages, renderNotices } from './third-party.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(ROOT + path, 'utf8');

/**
 * Texts by what they are, and `describe(libraries)`: the `notices` and the `sbom` where those of readMuslLibraries are too.
 * The same sources and lock files give the same texts.
 */
export async function makeSideFiles() {
  const packages = await readBundledPackages();
  const notices = `${renderNotices(packages)}\n${renderRuntimeNotice()}`;
  const describe = (libraries) => ({
    notices: `${notices}${renderLibraryNotice(libraries)}`,
    sbom: renderSbom(packages, libraries),
  });
  return {
    manPage: read('man/oneprocpool.1'),
    ...(await makeCompletions()),
    changeLog: read('CHANGELOG.md'),
    licence: read('LICENSE'),
    ...describe([]),
    describe,
  };
}

async function makeCompletions() {
  const { loadControls, renderCompletion } = await importSources(`
    export { renderCompletion } from './src/commands/completion.ts';
    export { loadControls } from './src/presets/load-presets.ts';
  `);
  const presetIds = loadControls().map(({ id }) => id);
  const [bash, zsh, fish] = await Promise.all(
    ['bash', 'zsh', 'fish'].map((shell) => renderCompletion([shell], presetIds)),
  );
  return { bash, zsh, fish };
}

/** What bun says about itself and the libraries that are linked into it; the text comes with its documentation. */
function renderRuntimeNotice() {
  const folder = `${installTools('release')}/bun-types`;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const { packages } = JSON.parse(read('tools/bun/package-lock.json'));
  const others = Object.entries(packages).filter(([name, locked]) => name !== '' && locked.version !== version);
  if (others.length > 0) throw new Error(`Expected bun ${version} everywhere, found ${JSON.stringify(others)}`);
  const text = readFileSync(`${folder}/docs/project/license.mdx`, 'utf8').replace(/^---\n[^]*?\n---\n/, '');
  return `${'='.repeat(78)}
bun ${version}, in the single-file executables only
https://bun.com
${'-'.repeat(78)}
The executables are bun ${version} with the program behind it. The program itself is in the npm package of the same
version, from which \`bun build --compile\` makes the executable again, with this bun or with a changed one.

${text.trim()}
`;
}
