// Writes the documents that derive from the sources: the config schema, the tables of options, the man page.
// Usage: npm run generate [-- --check]   --check writes nothing and fails when a document is not up to date
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSources } from './import-sources.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const checkOnly = process.argv.includes('--check');

const beginOf = (name) => `<!-- begin ${name} (npm run generate) -->`;
const endOf = (name) => `<!-- end ${name} -->`;

/** `text` with what is between the markers of this name replaced; `undefined` when they are not there. */
function replaceBetweenMarkers(text, name, replacement) {
  const begin = beginOf(name);
  const end = endOf(name);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) return undefined;
  return `${text.slice(0, from + begin.length)}\n${replacement}\n${text.slice(to)}`;
}

const { buildConfigSchema, renderManPage, renderOptionTable } = await importSources(`
  export { buildConfigSchema } from './src/config/json-schema.ts';
  export { renderManPage } from './src/cli/man-page.ts';
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

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
/** Empty until this version is released; never that of the build, which would differ each day. */
const date = readFileSync('CHANGELOG.md', 'utf8').match(`## \\[${version}\\] - ([\\d-]+)`)?.[1] ?? '';

const documents = [
  { path: 'schemas/config.schema.json', make: () => `${JSON.stringify(buildConfigSchema(), null, 2)}\n` },
  { path: 'docs/options.md', make: () => replaceBetweenMarkers(OPTIONS_PAGE, 'options', renderOptionTable(true)) },
  { path: 'man/oneprocpool.1', make: () => renderManPage({ version, date }) },
  // Written by hand around its table.
  { path: 'README.md', byHand: true, make: (text) => replaceBetweenMarkers(text, 'options', renderOptionTable(false)) },
];

let failures = 0;
for (const { path, byHand, make } of documents) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (byHand && before === undefined) continue;
  const after = make(before);
  if (after === before) continue;
  if (after === undefined) {
    failures += 1;
    console.error(`${path} has no line \`${beginOf('options')}\` with a line \`${endOf('options')}\` below it`);
  } else if (checkOnly) {
    failures += 1;
    console.error(`${path} is not what the sources say; run \`npm run generate\` and commit the result`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
    console.log(`wrote ${path}`);
  }
}
if (failures > 0) process.exit(1);
