/**
 * The JSON Schema of a config file, from the table of options. For editors and for `schemas/`. Pure.
 */
import { FILE_OPTIONS } from './file-keys.ts';
import { OPTIONS } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';
import type { JsonSchema } from './value-type.ts';

const VARIABLE_NAME = '^[A-Za-z_][A-Za-z0-9_]*$';

/** Draft 2020-12. It takes what the program takes, except kebab-case keys, which editors need not offer. */
export function buildConfigSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'oneprocpool config',
    description:
      'oneprocpool.config.json and .yaml, .oneprocpoolrc, the key "oneprocpool" of package.json, [tool.oneprocpool] of pyproject.toml',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(FILE_OPTIONS.map((name) => [name, describeOption(name)])),
      controls: {
        description: 'variables that no preset knows, each with its template: {threads}, {threads-1} or fixed text',
        type: 'object',
        propertyNames: { pattern: VARIABLE_NAME },
        additionalProperties: { type: ['string', 'number'] },
      },
      presets: {
        description: 'presets of your own, as in preset.schema.json',
        type: 'array',
        items: { type: 'object' },
      },
      presetFiles: {
        description: 'files that hold a preset each; relative to this file',
        anyOf: [
          { type: 'string', minLength: 1 },
          { type: 'array', items: { type: 'string', minLength: 1 } },
        ],
      },
    },
  };
}

function describeOption(name: OptionName): JsonSchema {
  const { description, schema, kind, fallback, fallbackText } = OPTIONS[name];
  const byDefault =
    kind === 'switch'
      ? { default: fallback }
      : kind === 'value' && fallback !== null
        ? { default: plain(fallback, fallbackText) }
        : {};
  return { description, ...schema, ...byDefault };
}

/** A duration is kept in milliseconds but written as text. */
function plain(fallback: unknown, text: string): unknown {
  return String(fallback) === text ? fallback : text;
}
