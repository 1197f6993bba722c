// A workload: one file in test/conformance/workloads that keeps one library busy. What the suite must know
// about it stands in the comment at its head, one `key: value` a line:
//   preset    the preset whose claim it proves (required)
//   group     what installs it: a name of groups.mjs (required)
//   library   what it is called in reports (default: the name of the preset)
//   variable  the main variable, for the record
//   expect    `controlled` (default): demand follows k; `no-control`: nothing bounds it, and the proof says so
//   with      presets to switch on (`--with`), separated by spaces
//   force     NAME={threads}: set by `--env`, where the preset does not write the variable for every k
//   env       NAME=VALUE of the workload itself, separated by spaces
//   serial    `yes`: too serial to show two busy threads at k = 2; only the upper bound is checked
//   fast      `yes`: part of the fast subset
//   build, run, crates   see programs.mjs
//   note      shown in presets/VERIFIED.md
import { readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

const FOLDER = 'test/conformance/workloads';
const KEYS = new Set(
  'preset group library variable expect with force env serial fast build run crates note'.split(' '),
);

/** All workloads, by file name. `id` is the file name without its extension. */
export function listWorkloads(folder = FOLDER) {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && !name.startsWith('_'))
    .sort()
    .map((name) => parseWorkload(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}

export function parseWorkload(path, text) {
  const head = {};
  for (const line of text.split('\n')) {
    const found = /^(?:#|\/\/) (\w+): (.+)$/.exec(line);
    if (!found) break;
    if (!KEYS.has(found[1])) throw new Error(`${path}: unknown key ${found[1]}`);
    head[found[1]] = found[2].trim();
  }
  for (const key of ['preset', 'group']) if (!head[key]) throw new Error(`${path}: the head has no ${key}`);
  const preset = JSON.parse(readFileSync(`presets/${head.preset}.json`, 'utf8'));
  const words = (value) => (value ? value.split(' ') : []);
  return {
    id: basename(path, extname(path)),
    path,
    extension: extname(path),
    presetId: head.preset,
    group: head.group,
    library: head.library ?? preset.name,
    side: preset.side,
    variable: head.variable ?? null,
    expect: head.expect ?? 'controlled',
    with: words(head.with),
    force: words(head.force),
    env: words(head.env),
    serial: head.serial === 'yes',
    fast: head.fast === 'yes',
    cure: /\bcure\(|CONFORMANCE_CURE/.test(text),
    build: head.build,
    run: head.run,
    crates: words(head.crates),
    note: head.note,
    text,
  };
}
