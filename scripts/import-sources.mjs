// Lets a script use what the sources export: TypeScript, as Node 20 can import it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The named exports of a module with this text; its imports start at the root of the project (`./src/...`). */
export async function importSources(contents) {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-sources-'));
  try {
    const outfile = join(directory, 'sources.mjs');
    await build({
      stdin: { contents, resolveDir: ROOT },
      absWorkingDir: ROOT,
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      plugins: [presetsPlugin()],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
