/**
 * Which config file counts: the one named, none, or the one that is found. Uses FilePort and ConfigSearchPort.
 */
import { resolve } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import type { ConfigSearchPort, FilePort, FoundConfig } from '../host/ports.ts';
import type { FileLayer } from './file-layer.ts';
import type { Flags } from './flags.ts';
import { resolveOption } from './resolve-options.ts';

export interface ConfigRequest {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; where the search starts and what relative names mean. */
  readonly directory: string;
  readonly files: FilePort;
  readonly search: ConfigSearchPort;
}

/** `undefined` when there is no file or none is wanted. Throws CONFIG_INVALID. */
export async function loadConfig(request: ConfigRequest): Promise<FileLayer | undefined> {
  const { value, origin, detail } = resolveOption('config', request);
  if (origin === 'default') return searchConfig(request);
  if (typeof value !== 'string') return undefined;
  return readLayer(readNamed(request, value, detail));
}

async function readLayer(config: FoundConfig): Promise<FileLayer> {
  return (await import('./file-layer.ts')).readFileLayer(config);
}

async function searchConfig({ search, directory }: ConfigRequest): Promise<FileLayer | undefined> {
  const found = await search.search(directory);
  if (found === undefined) return undefined;
  const layer = await readLayer(found);
  for (const path of layer.presetFiles) await search.checkTrust(path, found.path);
  return layer;
}

function readNamed(request: ConfigRequest, value: string, detail: string | undefined): FoundConfig {
  const path = resolve(request.directory, value);
  const text = request.files.readText(path);
  if (text !== undefined) return { path, text };
  const from = detail === undefined ? '' : ` (from ${detail})`;
  throw new OneprocpoolError(
    'CONFIG_INVALID',
    `Expected \`--config\` to name a readable file, got \`${value}\`${from}`,
    {
      hint: 'check the name and its permissions, or run with `--no-config`',
    },
  );
}
