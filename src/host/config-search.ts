/**
 * Implements ConfigSearchPort with cosmiconfig: from a directory upwards to the home directory or the root.
 * The one importer of cosmiconfig, which is loaded only when there is a file to look at.
 */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import type { ConfigSearchPort, FoundConfig } from './ports.ts';

const NAME = 'oneprocpool';
/** Files that can belong to others and hold a part for us. */
const SHARED_PLACES = ['package.json', 'pyproject.toml'] as const;
const OWN_PLACES = [
  `.${NAME}rc`,
  `.${NAME}rc.json`,
  `.${NAME}rc.yaml`,
  `.${NAME}rc.yml`,
  `${NAME}.config.json`,
  `${NAME}.config.yaml`,
  `${NAME}.config.yml`,
] as const;
/** More than anybody writes by hand. */
const MAX_BYTES = 1024 * 1024;

/** A header such as `[tool.oneprocpool]` or `[tool.oneprocpool.env]`, also one that lacks a bracket: the parser says where. */
const OUR_TABLE = /^[ \t]*\[*[ \t]*tool[ \t]*\.[ \t]*(["']?)oneprocpool(?![\w-])/m;

export function createConfigSearch(options: { home?: string; uid?: number } = {}): ConfigSearchPort {
  const uid = options.uid ?? process.getuid?.() ?? 0;
  return {
    async search(directory) {
      const home = options.home ?? findHome();
      for (let current = directory; ; current = dirname(current)) {
        const places = findCandidates(current);
        const found = places.length === 0 ? undefined : await searchDirectory(current, places);
        if (found !== undefined) {
          await checkTrust(found.path, found.path, uid);
          return found;
        }
        if (current === home || current === dirname(current)) return undefined;
      }
    },
    checkTrust: async (path, config) => {
      if (isFile(path)) await checkTrust(path, config, uid);
    },
  };
}

/** `undefined` without HOME for a user id that has no entry in passwd, as in many containers: the root ends the search. */
function findHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** The places in this directory that can hold a config, strongest first. */
function findCandidates(directory: string): string[] {
  const shared = SHARED_PLACES.filter((place) => isFile(join(directory, place)) && mentionsUs(join(directory, place)));
  return [...shared, ...OWN_PLACES.filter((place) => isFile(join(directory, place)))];
}

/** Regular files only: opening a pipe of that name would wait for ever. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // A directory that may not be searched: what is in it is not there for us.
    return false;
  }
}

function mentionsUs(path: string): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.toml') ? OUR_TABLE.test(text) : text.includes(`"${NAME}"`);
  } catch {
    // An unreadable file of another tool is none of our business.
    return false;
  }
}

/**
 * cosmiconfig's public function first looks for settings of its own in the working directory, and executes
 * `.config/config.js` there; it also keeps its loaders for scripts beside ours. The search class below it
 * does neither: it knows only the places and loaders given here, and these return text.
 * Source: https://github.com/cosmiconfig/cosmiconfig/blob/v9.0.0/src/index.ts, getUserDefinedOptionsFromMetaConfig
 */
async function searchDirectory(directory: string, places: readonly string[]): Promise<FoundConfig | undefined> {
  places.forEach((place) => checkReadable(join(directory, place)));
  // As a CommonJS module it has only a default export when it is bundled.
  const {
    default: { Explorer },
  } = await import('cosmiconfig/dist/Explorer.js');
  const explorer = new Explorer({
    moduleName: NAME,
    searchPlaces: places,
    loaders: { noExt: asText, '.json': asText, '.yaml': asText, '.yml': asText, '.toml': asText },
    transform: (result) => result,
    searchStrategy: 'none',
    cache: false,
    ignoreEmptySearchPlaces: true,
    mergeImportArrays: true,
    mergeSearchPlaces: true,
    metaConfigFilePath: null,
  });
  const result = await explorer.search(directory);
  return result === null ? undefined : { path: result.filepath, text: (result.config as { text: string }).text };
}

/** Instead of a parsed file; for package.json, of which cosmiconfig takes the property of our name. */
function asText(path: string, text: string): unknown {
  if (basename(path) !== 'package.json') return { text };
  return hasOurProperty(text) ? { [NAME]: { text } } : {};
}

function hasOurProperty(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && Object.hasOwn(value, NAME);
  } catch {
    // Malformed and it mentions us: our parser says where.
    return true;
  }
}

function checkReadable(path: string): void {
  const hint = { hint: 'correct it, or run with `--no-config`' };
  try {
    // access(2) would ask for the real user, not for the one whose rights count.
    closeSync(openSync(path, 'r'));
  } catch (cause) {
    throw new OneprocpoolError(
      'CONFIG_INVALID',
      `Expected a readable config file, got no permission to read \`${path}\``,
      { ...hint, cause },
    );
  }
  const { size } = statSync(path);
  if (size > MAX_BYTES)
    throw new OneprocpoolError(
      'CONFIG_INVALID',
      `Expected a config file of at most ${MAX_BYTES} bytes, got ${size} in \`${path}\``,
      hint,
    );
}

/** @param config the config file that is, or that names, the file. */
async function checkTrust(path: string, config: string, uid: number): Promise<void> {
  // Loaded only when there is a file at all.
  const { lookForDistrust } = await import('./trust-view.ts');
  const distrust = lookForDistrust(path, uid);
  if (distrust === undefined) return;
  const repair = distrust.repair === undefined ? '' : `\`${distrust.repair}\`, or `;
  throw new OneprocpoolError('CONFIG_INVALID', `refusing ${path}: ${distrust.reason}`, {
    hint: `${repair}\`--config ${config}\` if you trust it, or \`--no-config\``,
  });
}
