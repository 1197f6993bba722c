// Puts presets/*.json into the bundle as two virtual modules, so that a start reads no preset files:
// `oneprocpool:preset-controls` (what planning needs) and `oneprocpool:presets` (everything).
import { readdirSync, readFileSync } from 'node:fs';

/** The presets in the order of their ids. */
export function readPresetFiles(directory = 'presets') {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${directory}/${name}`, 'utf8')));
}

function controlsOnly({ id, name, tier, side, set, unset }) {
  return { id, name, tier, side, set, unset };
}

export function presetsPlugin() {
  return {
    name: 'presets',
    setup(build) {
      build.onResolve({ filter: /^oneprocpool:/ }, ({ path }) => ({ path, namespace: 'presets' }));
      build.onLoad({ filter: /.*/, namespace: 'presets' }, ({ path }) => {
        const presets = readPresetFiles();
        const wanted = path === 'oneprocpool:preset-controls' ? presets.map(controlsOnly) : presets;
        return { contents: `export const presets = ${JSON.stringify(wanted)};`, loader: 'js' };
      });
    },
  };
}
