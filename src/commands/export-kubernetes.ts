/**
 * `oneprocpool export k8s`: prints an example, edits a manifest, or works as a KRM function. Uses files and console.
 */
import { resolve } from 'node:path';
import type { Flags } from '../config/flags.ts';
import { OPTION_NAMES, OPTIONS, type OptionName } from '../config/option-specs.ts';
import { OneprocpoolError } from '../errors.ts';
import { editManifest, readFunctionConfig } from '../export/kubernetes/edit-manifest.ts';
import { KUBERNETES_FORMS } from '../export/kubernetes/launcher-parts.ts';
import { variablesThatMayBeSet } from '../export/sh-controls.ts';
import type { CommandContext } from './command-context.ts';
import { oneOf } from './export.ts';
import { prepareExport, type ExportRequest } from './prepare-export.ts';

const EXAMPLE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  selector:
    matchLabels: {app: app}
  template:
    metadata:
      labels: {app: app}
    spec:
      containers:
        - name: app
          image: python:3
          command: [python, app.py]
          resources:
            limits:
              cpu: 1500m
`;

/** Throws USAGE for a file without the container, CONFIG_INVALID for one that is not YAML. */
export async function exportKubernetes(request: ExportRequest, context: CommandContext): Promise<string> {
  const manifest = request.options.file;
  if (manifest === null)
    return `# Made by oneprocpool ${request.version}: ${request.madeBy}\n${edit(EXAMPLE, 'the example', request)}`;
  const { host } = context;
  const text = manifest === '-' ? host.console.readIn() : host.files.readText(resolve(host.system.cwd, manifest));
  if (text === undefined) {
    throw new OneprocpoolError('USAGE', `Expected \`--file\` to name a readable file, got \`${manifest}\``, {
      hint: 'use `-f -` for standard input',
    });
  }
  const where = manifest === '-' ? 'standard input' : manifest;
  const config = readFunctionConfig(text, where);
  if (config === undefined) return edit(text, where, request);
  const flags = { ...flagsOf(config), ...context.flags };
  return edit(text, where, await prepareExport({ ...context, flags }, 'k8s'));
}

function edit(text: string, file: string, request: ExportRequest): string {
  const { options, planningWords, version, sh } = request;
  return editManifest(text, {
    file,
    container: options.container,
    form: oneOf(request, 'k8s', KUBERNETES_FORMS),
    image: options.image ?? `oneprocpool:${version}`,
    planningWords,
    variables: variablesThatMayBeSet(sh),
  });
}

/** Options of a functionConfig have the names that they have in the config file. */
function flagsOf(config: Readonly<Record<string, unknown>>): Flags {
  const flags: Partial<Record<OptionName, string | boolean>> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = OPTION_NAMES.find((each) => each === key);
    if (name === undefined || name === 'file' || name === 'output') {
      throw new OneprocpoolError('USAGE', `Expected options in the functionConfig, found \`${key}\``, {
        hint: 'for example `container: app` and `workers: "2"`',
      });
    }
    flags[name] = OPTIONS[name].kind === 'switch' ? String(value) === 'true' : String(value);
  }
  return flags;
}
