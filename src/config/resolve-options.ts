/**
 * One value for each option out of its layers, the strongest first: flag, environment, file, default. Pure.
 */
import type { Finding } from '../finding.ts';
import { findMistypedVariables, readVariable } from './env-layer.ts';
import type { FileLayer } from './file-layer.ts';
import type { Flags, FlagValue } from './flags.ts';
import type { CommandName, OptionLayer } from './option-spec.ts';
import { OPTION_NAMES, OPTIONS } from './option-specs.ts';
import type { OptionName, OptionValues } from './option-specs.ts';

export interface OptionOrigin {
  readonly origin: OptionLayer | 'default';
  /** Name of the variable, or path and line of the file; absent for flags and defaults. */
  readonly detail?: string;
}

export interface ResolvedOptions {
  readonly values: OptionValues;
  readonly origins: Readonly<Record<OptionName, OptionOrigin>>;
  /** Variables that look like a mistyped option. */
  readonly findings: readonly Finding[];
}

export interface OptionLayers {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string>>;
  readonly file?: FileLayer | undefined;
}

interface Resolved extends OptionOrigin {
  readonly value: unknown;
}

/** Throws USAGE for a flag or variable that cannot be parsed; a weaker layer that is not used is not looked at. */
export function resolveOptions(layers: OptionLayers): ResolvedOptions {
  const values: Partial<Record<OptionName, unknown>> = {};
  const origins: Partial<Record<OptionName, OptionOrigin>> = {};
  for (const name of OPTION_NAMES) {
    const { value, ...origin } = resolveOption(name, layers);
    values[name] = value;
    origins[name] = origin;
  }
  return {
    values: values as OptionValues,
    origins: origins as Record<OptionName, OptionOrigin>,
    findings: findMistypedVariables(layers.env),
  };
}

/** The same for one option, for those that are needed before the file is read. */
export function resolveOption(name: OptionName, layers: OptionLayers): Resolved {
  const flag = layers.flags[name];
  if (flag !== undefined) return { value: parseFlag(name, flag), origin: 'flag' };
  const variable = readVariable(name, layers.env);
  if (variable !== undefined) return { value: variable.value, origin: 'environment', detail: variable.variable };
  const setting = layers.file?.settings[name];
  if (setting !== undefined) return { value: setting.value, origin: 'file', detail: setting.where };
  return { value: OPTIONS[name].fallback, origin: 'default' };
}

function parseFlag(name: OptionName, given: FlagValue): unknown {
  const spec = OPTIONS[name];
  if (typeof given === 'boolean') return spec.kind === 'switch' ? given : null;
  const texts = typeof given === 'string' ? [given] : given;
  const form = `--${spec.flag}`;
  return spec.parse(texts, { name: form, from: '', code: 'USAGE', giveInstead: (text) => `${form} ${text}` });
}

/** The `options` part of a plan: what `command` takes, each value with its origin. */
export function describeOptions(
  resolved: ResolvedOptions,
  command: CommandName,
): Record<string, { value: unknown; origin: string; detail?: string }> {
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].commands.includes(command));
  return Object.fromEntries(names.map((name) => [name, { value: resolved.values[name], ...resolved.origins[name] }]));
}
