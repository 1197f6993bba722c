/**
 * A manifest with oneprocpool in one container of each workload; comments, order and untouched documents stay. Pure.
 */
import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { addLauncher } from './add-launcher.ts';
import type { LauncherInput } from './launcher-parts.ts';
import { restoreSpacing } from './restore-spacing.ts';
import { findPodSpecs, type PodSpec } from './pod-specs.ts';

export interface EditInput extends LauncherInput {
  /** For messages. */
  readonly file: string;
  /** `null` = the only one of each pod. */
  readonly container: string | null;
}

/** Throws USAGE when no workload has the container, CONFIG_INVALID for text that is not YAML. */
export function editManifest(text: string, input: EditInput): string {
  const isCrlf = text.includes('\r\n');
  const chunks = splitDocuments(text).map((chunk) => ({ chunk, doc: parse(chunk, input.file) }));
  const pods = chunks.map(({ doc }) => findPodSpecs(doc.contents));
  const found = pods.map((list) => list.flatMap((pod) => containersOf(pod, input.container)));
  if (found.flat().length === 0) throw nothingFound(pods.flat(), input);
  const edited = chunks.map(({ chunk, doc }, at) => {
    const changes = (found[at] ?? []).map((pod) => addLauncher(doc, pod, input));
    if (!changes.includes(true)) return chunk;
    const written = restoreSpacing(doc, chunk, doc.toString(styleOf(chunk)));
    return isCrlf ? written.replaceAll('\n', '\r\n') : written;
  });
  return edited.join('');
}

/** The content of a manifest that is a ResourceList: what a KRM function is given. `undefined` for any other. */
export function readFunctionConfig(text: string, file: string): Record<string, unknown> | undefined {
  const { contents } = parse(splitDocuments(text)[0] ?? '', file);
  if (!isMap(contents) || contents.get('kind') !== 'ResourceList') return undefined;
  const config = contents.get('functionConfig');
  const data = isMap(config) ? (config.get('data') ?? config.get('spec')) : undefined;
  return isMap(data) ? (data.toJSON() as Record<string, unknown>) : {};
}

/** A line that begins with `---` begins a document; in a block of text it would be indented. */
function splitDocuments(text: string): string[] {
  return text.split(/^(?=---(?:\s|$))/m);
}

function parse(chunk: string, file: string): Document {
  const doc = parseDocument(chunk, { prettyErrors: false, keepSourceTokens: true });
  const [problem] = doc.errors;
  if (problem === undefined) return doc;
  throw new OneprocpoolError('CONFIG_INVALID', `Expected YAML in ${file}: ${problem.message.split('\n')[0] ?? ''}`, {
    hint: 'check the file with `kubectl apply --dry-run=client -f FILE`',
    cause: problem,
  });
}

/** As the text is written already, so that lines that are not ours stay as they are. */
function styleOf(text: string) {
  const step = /^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?:\s*#[^\n]*\n)*( +)[^\s#-]/m.exec(text);
  const width = step === null ? 2 : (step[2]?.length ?? 0) - (step[1]?.length ?? 0);
  return {
    lineWidth: 0,
    indent: width >= 1 && width <= 8 ? width : 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?:\s*#[^\n]*\n)*\1- /m.test(text),
    flowCollectionPadding: /[[{] +[^\s\]}]/.test(text),
  };
}

function containersOf({ where, spec }: PodSpec, wanted: string | null): (PodSpec & { container: YAMLMap })[] {
  const list = spec.get('containers');
  const containers = isSeq(list) ? list.items.filter((item) => isMap(item)) : [];
  if (wanted === null && containers.length > 1) {
    throw new OneprocpoolError(
      'USAGE',
      `Expected \`--container\` for ${where}, which has ${containers.length} containers`,
      {
        hint: `one of ${containers.map((item) => String(item.get('name'))).join(', ')}`,
      },
    );
  }
  return containers
    .filter((item) => wanted === null || item.get('name') === wanted)
    .map((container) => ({ where, spec, container }));
}

function nothingFound(pods: readonly PodSpec[], { file, container }: EditInput): OneprocpoolError {
  const names = pods.flatMap(({ spec }) => {
    const list = spec.get('containers');
    return isSeq(list) ? list.items.map((item) => (isMap(item) ? String(item.get('name')) : '?')) : [];
  });
  if (names.length === 0) {
    return new OneprocpoolError('USAGE', `Expected a workload with containers in ${file}, found none`, {
      hint: 'a workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob, or in a list of them',
    });
  }
  return new OneprocpoolError(
    'USAGE',
    `Expected a container named \`${container ?? ''}\` in ${file}, found ${names.join(', ')}`,
    {
      hint: 'name one of these with --container',
    },
  );
}
