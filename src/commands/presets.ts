/**
 * `oneprocpool presets [list|show ID|check [FILE...]]`: the known libraries, what is known about each, and
 * whether the preset data is sound. Output through ConsolePort.
 */
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { renderPresetDetails, renderPresetList } from '../report/presets-text.ts';
import { countOf } from '../report/quantities.ts';
import type { Style } from '../report/terminal-style.ts';
import { unknownPreset } from '../presets/select-presets.ts';

/** A preset as it was found, not yet checked. */
export interface PresetCandidate {
  /** For messages: `bundled preset openblas`, `oneprocpool.config.yaml: presets[0]`. */
  readonly where: string;
  readonly value: unknown;
}

export interface PresetsCommandInput {
  /** Words after `presets`: none, `list`, `show ID`, `check`, `check FILE...`. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly style: Style;
  /** Bundled presets and those of the user's config, unchecked; called once. */
  load(): Promise<readonly PresetCandidate[]>;
  /** The value in a file; throws one of our errors when there is none. */
  loadFile(path: string): unknown;
  /** Throws PRESET_INVALID for a value that is no preset. */
  check(value: unknown, where: string): LibraryPreset;
}

const USAGE = 'use `oneprocpool presets`, `oneprocpool presets show ID` or `oneprocpool presets check [FILE...]`';

interface CheckResult {
  readonly where: string;
  readonly id: string | null;
  /** `null` = sound. */
  readonly problem: string | null;
}

function checkOne(
  input: PresetsCommandInput,
  where: string,
  readValue: () => unknown,
  seen: Map<string, string>,
): CheckResult {
  try {
    const { id } = input.check(readValue(), where);
    const first = seen.get(id);
    if (first !== undefined)
      return { where, id, problem: `Expected each id once, got \`${id}\` again (first: ${first})` };
    seen.set(id, where);
    return { where, id, problem: null };
  } catch (error) {
    if (!isOneprocpoolError(error)) throw error;
    return { where, id: null, problem: error.hint === undefined ? error.message : `${error.message} (${error.hint})` };
  }
}

/** Checks the files, or without any all presets that there are. */
async function checkPresets(
  host: Pick<Host, 'console'>,
  input: PresetsCommandInput,
  files: readonly string[],
): Promise<number> {
  const seen = new Map<string, string>();
  const results =
    files.length > 0
      ? files.map((path) => checkOne(input, path, () => input.loadFile(path), seen))
      : (await input.load()).map(({ where, value }) => checkOne(input, where, () => value, seen));
  const problems = results.filter(({ problem }) => problem !== null);
  if (input.json) {
    host.console.writeOut(`${JSON.stringify({ presets: results }, null, 2)}\n`);
  } else {
    for (const { where, problem } of problems) {
      host.console.writeErr(`${input.style.bad('error:')} ${where}: ${problem}\n`);
    }
    host.console.writeOut(
      problems.length === 0
        ? `${countOf(results.length, 'preset')}, ${results.length === 1 ? '' : 'all '}sound\n`
        : `${countOf(results.length, 'preset')}, ${problems.length} with errors\n`,
    );
  }
  return problems.length === 0 ? 0 : new OneprocpoolError('PRESET_INVALID', '').exitStatus;
}

function findPreset(presets: readonly LibraryPreset[], wanted: string): LibraryPreset {
  const preset = presets.find(({ id }) => id === wanted);
  if (preset !== undefined) return preset;
  throw unknownPreset(
    wanted,
    presets.map(({ id }) => id),
  );
}

/** The exit status: 0, or 125 when `check` finds an error. Throws USAGE and PRESET_INVALID. */
export async function presetsCommand(host: Pick<Host, 'console'>, input: PresetsCommandInput): Promise<number> {
  const [action = 'list', id, ...rest] = input.words;
  if (action === 'check') return checkPresets(host, input, input.words.slice(1));
  const isShow = action === 'show' && id !== undefined && rest.length === 0;
  if (!isShow && !(action === 'list' && id === undefined)) {
    throw new OneprocpoolError(
      'USAGE',
      `Expected \`list\`, \`show ID\` or \`check\`, got \`${input.words.join(' ')}\``,
      { hint: USAGE },
    );
  }
  const presets = (await input.load()).map(({ value, where }) => input.check(value, where));
  if (isShow) {
    const preset = findPreset(presets, id);
    host.console.writeOut(
      input.json ? `${JSON.stringify(preset, null, 2)}\n` : renderPresetDetails(preset, input.style),
    );
  } else {
    host.console.writeOut(
      input.json ? `${JSON.stringify(presets, null, 2)}\n` : renderPresetList(presets, input.style),
    );
  }
  return 0;
}
