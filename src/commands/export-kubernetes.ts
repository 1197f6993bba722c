/**
 * `oneprocpool export k8s`: prints an example, edits a manifest, or works as a KRM function. Uses files and console.
 */
import { resolve } from 'node:path';
import type { Flags } from '../config/flags.ts';
import { OPTION_NAMES, OPTIONS, type OptionName } from '../config/option-specs.ts';
import { OneprocpoolError } from '../errors.ts';
import {
  editManifests,
  findKeptCounts,
  readFunctionConfig,
  type ManifestFile,
} from '../export/kubernetes/edit-manifest.ts';
import { KUBERNETES_FORMS } from '../export/kubernetes/launcher-parts.ts';
import { variablesThatMayBeSet } from '../export/sh-controls.ts';
import { countControls } from '../plan/unselected-values.ts';
import { renderFindings } from '../report/finding-text.ts';
import { OWN_PREFIX } from '../report/verdict-text.ts';
import type { CommandContext } from './command-context.ts';
import { oneOf } from './export.ts';
import { styleFor } from './output-style.ts';
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

/** Files are read up to here. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Throws USAGE for a file without the container, CONFIG_INVALID for one that is not YAML. */
export async function exportKubernetes(request: ExportRequest, context: CommandContext): Promise<string> {
  const { file } = request.options;
  if (file.length === 0) {
    const example = edit([{ name: 'the example', text: EXAMPLE }], request);
    return `# Made by oneprocpool ${request.version}: ${request.madeBy}\n${example}`;
  }
  const files = file.map((name) => readManifest(name, context));
  const [first] = files;
  const config = first === undefined || files.length > 1 ? undefined : readFunctionConfig(first);
  const asked =
    config === undefined
      ? request
      : await prepareExport({ ...context, flags: { ...flagsOf(config), ...context.flags } }, 'k8s');
  const text = edit(files, asked);
  sayKeptCounts(files, asked, context);
  return text;
}

function readManifest(name: string, { host }: CommandContext): ManifestFile {
  if (name === '-') return { name: 'standard input', text: host.console.readIn() };
  const text = host.files.readText(resolve(host.system.cwd, name));
  if (text !== undefined && Buffer.byteLength(text) >= MAX_BYTES) {
    throw new OneprocpoolError('USAGE', `${name} is too large: a manifest has less than 16 MiB`, {
      hint: 'split it into several files',
    });
  }
  if (text !== undefined) return { name, text };
  throw new OneprocpoolError('USAGE', `cannot read ${name}`, {
    hint: '--file takes the name of a file, or `-` for standard input',
  });
}

function edit(files: readonly ManifestFile[], request: ExportRequest): string {
  const { options, planningWords, version, sh } = request;
  return editManifests(files, {
    container: options.container,
    form: oneOf(request, 'k8s', KUBERNETES_FORMS),
    image: options.image ?? `oneprocpool:${version}`,
    planningWords,
    variables: variablesThatMayBeSet(sh),
  });
}

/** In all other forms oneprocpool, or the shell that reads its file, has the last word on a number of threads. */
function sayKeptCounts(files: readonly ManifestFile[], request: ExportRequest, { host }: CommandContext): void {
  const { options, sh } = request;
  if (oneOf(request, 'k8s', KUBERNETES_FORMS) !== 'file-key-ref' || sh.inherit === 'keep') return;
  const written = new Set(variablesThatMayBeSet(sh));
  const counts = countControls(sh.controls).flatMap(([name]) => (written.has(name) ? [name] : []));
  const workers = typeof sh.workers === 'number' ? sh.workers : 1;
  const findings = findKeptCounts(files, options.container, { counts, cpus: options.cpus, workers });
  const style = styleFor(host, 'stderr', options.color);
  const minimum = options.quiet ? 'error' : 'warning';
  if (findings.length > 0) host.console.writeErr(renderFindings(findings, style, { minimum, prefix: OWN_PREFIX }));
}

/** Options of a functionConfig have the names that they have in the config file. */
function flagsOf(config: Readonly<Record<string, unknown>>): Flags {
  const flags: Partial<Record<OptionName, string | boolean | string[]>> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = OPTION_NAMES.find((each) => each === key);
    if (name === undefined || name === 'file' || name === 'output') {
      throw new OneprocpoolError('USAGE', `unknown option \`${key}\` in the functionConfig`, {
        hint: 'for example `container: app` and `workers: "2"`',
      });
    }
    flags[name] = OPTIONS[name].kind === 'switch' ? String(value) === 'true' : textsOf(value);
  }
  return flags;
}

/** `[a, b]` for an option that is given several times, `{K: V}` for one of assignments. */
function textsOf(value: unknown): string | string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map((assignment) => assignment.map(String).join('='));
}
