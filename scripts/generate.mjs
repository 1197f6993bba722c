// Writes the documents that derive from the sources: the config schema and the tables of options.
// Usage: npm run generate [-- --check]   --check writes nothing and fails when a document is not up to date
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const checkOnly = process.argv.includes('--check');

/** The named exports of the sources, as Node 20 can import them. */
async function importSources(contents) {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-generate-'));
  try {
    const outfile = join(directory, 'sources.mjs');
    await build({ stdin: { contents, resolveDir: '.' }, outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `text` with what is between the markers of this name replaced; the same text when they are not there. */
function replaceBetweenMarkers(text, name, replacement) {
  const begin = `<!-- begin ${name} (npm run generate) -->`;
  const end = `<!-- end ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) return text;
  return `${text.slice(0, from + begin.length)}\n${replacement}\n${text.slice(to)}`;
}

const { buildConfigSchema, renderOptionTable } = await importSources(`
  export { buildConfigSchema } from './src/config/json-schema.ts';
  export { renderOptionTable } from './src/config/option-table.ts';
`);

const OPTIONS_PAGE = `# Options

Flag before variable before config file before default; \`oneprocpool plan\` shows where each value came from.
A switch can be turned off with \`--no-NAME\`. An empty variable counts as not set. A switch in a variable is
\`1\`, \`true\`, \`yes\`, \`on\` or \`0\`, \`false\`, \`no\`, \`off\`; several ids are separated by blanks or commas, several
\`K=V\` by line ends. A list from a stronger layer replaces that of a weaker one.

\`ONEPROCPOOL_THREADS\` is not \`--threads\`: it is what oneprocpool tells its workers, and the outer limit of a
oneprocpool that runs inside one of them.

<!-- begin options (npm run generate) -->
<!-- end options -->
`;

const documents = [
  { path: 'schemas/config.schema.json', make: () => `${JSON.stringify(buildConfigSchema(), null, 2)}\n` },
  { path: 'docs/options.md', make: () => replaceBetweenMarkers(OPTIONS_PAGE, 'options', renderOptionTable(true)) },
  // README is written by hand around its table.
  { path: 'README.md', make: (text) => text && replaceBetweenMarkers(text, 'options', renderOptionTable(false)) },
];

let stale = 0;
for (const { path, make } of documents) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const after = make(before);
  if (after === undefined || after === before) continue;
  if (checkOnly) {
    stale += 1;
    console.error(`${path} is not what the sources say`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
    console.log(`wrote ${path}`);
  }
}
if (stale > 0) {
  console.error('\nhint: run `npm run generate` and commit the result');
  process.exit(1);
}
