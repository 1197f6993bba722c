/**
 * Manifests with oneprocpool in one container of each workload; comments, order and untouched documents stay. Pure.
 */
import { isMap, type Document, type YAMLMap } from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { addLauncher, CHANGED_IN_CONTAINER, CHANGED_IN_SPEC, type PodPlace } from './add-launcher.ts';
import type { Finding } from '../../finding.ts';
import { keptCountFindings, type KeptCountsInput } from './kept-counts.ts';
import type { LauncherInput } from './launcher-parts.ts';
import { isJson, writeJson } from './manifest-json.ts';
import { parseManifest, splitDocuments, type ManifestChunk } from './manifest-yaml.ts';
import { findPodSpecs, type NodePath, type PodSpec } from './pod-specs.ts';
import { copyNode, detach, itemsAt, lookUp, ownPath } from './shared-nodes.ts';
import { writeManifest } from './write-manifest.ts';

export interface ManifestFile {
  /** For messages. */
  readonly name: string;
  readonly text: string;
}

export interface EditInput extends LauncherInput {
  /** `null` = the only one of each pod. */
  readonly container: string | null;
}

interface ParsedFile extends ManifestFile {
  readonly isJson: boolean;
  readonly documents: readonly { readonly chunk: ManifestChunk; readonly doc: Document }[];
}

/** All files as one text. Throws USAGE when no workload has the container, CONFIG_INVALID for text that is not YAML. */
export function editManifests(files: readonly ManifestFile[], input: EditInput): string {
  const parsed = files.map(parseFile);
  const pods = parsed.flatMap(({ documents }) => documents.flatMap(({ doc }) => findPodSpecs(doc)));
  if (pods.every((pod) => wantedContainers(pod, input.container).length === 0)) {
    throw nothingFound(pods, files.map(({ name }) => name).join(', '), input.container);
  }
  return joinDocuments(parsed.map((file) => editFile(file, input)));
}

/** What the manifests keep although it may be too high, for `file-key-ref`. */
export function findKeptCounts(
  files: readonly ManifestFile[],
  container: string | null,
  input: KeptCountsInput,
): Finding[] {
  const documents = files.flatMap((file) => parseFile(file).documents);
  return documents.flatMap(({ doc }) =>
    findPodSpecs(doc).flatMap((pod) =>
      wantedContainers(pod, container).flatMap((at) => {
        const where = `container ${pod.containers[at] ?? ''} of ${pod.where}`;
        const walk = (node: unknown, key: string | number) =>
          typeof key === 'number' ? itemsAt(doc, node)[key] : lookUp(doc, node, key);
        return keptCountFindings(
          doc,
          [...pod.path, 'containers', at].reduce<unknown>(walk, doc.contents),
          where,
          input,
        );
      }),
    ),
  );
}

/** The options in a manifest that is a ResourceList: what a KRM function is given. `undefined` for any other. */
export function readFunctionConfig({ text, name }: ManifestFile): Record<string, unknown> | undefined {
  const [first] = splitDocuments(text.replace(/^\uFEFF/, ''));
  if (first === undefined) return undefined;
  const doc = parseManifest(first, name);
  if (!isMap(doc.contents) || doc.contents.get('kind') !== 'ResourceList') return undefined;
  const data =
    lookUp(doc, doc.contents, 'functionConfig', 'data') ?? lookUp(doc, doc.contents, 'functionConfig', 'spec');
  return isMap(data) ? ((copyNode(doc, data) as YAMLMap).toJSON() as Record<string, unknown>) : {};
}

function parseFile(file: ManifestFile): ParsedFile {
  const text = file.text.replace(/^\uFEFF/, '');
  const documents = splitDocuments(text).map((chunk) => {
    const doc = parseManifest({ ...chunk, text: chunk.text.replaceAll('\r\n', '\n') }, file.name);
    return { chunk, doc };
  });
  return { ...file, isJson: isJson(text), documents };
}

function editFile({ isJson: asJson, text, documents }: ParsedFile, input: EditInput): string {
  const edited = documents.map(({ chunk, doc }) => {
    const pods = findPodSpecs(doc).flatMap((pod) => wantedContainers(pod, input.container).map((at) => ({ pod, at })));
    if (pods.length === 0) return chunk.text;
    const places = takeOver(doc, pods);
    if (!places.map((place) => addLauncher(doc, place, input)).includes(true)) return chunk.text;
    return asJson ? writeJson(doc.contents, chunk.text) : writeManifest(doc, chunk.text);
  });
  return `${text.startsWith('\uFEFF') ? '\uFEFF' : ''}${edited.join('')}`;
}

/** Gives what is changed nodes of its own, for all pods before the first of them is changed. */
function takeOver(doc: Document, pods: readonly { readonly pod: PodSpec; readonly at: number }[]): PodPlace[] {
  const owned: unknown[] = [];
  const take = (path: NodePath) => {
    const nodes = ownPath(doc, path);
    owned.push(...nodes);
    return nodes.at(-1);
  };
  const places = pods.map(({ pod: { where, path }, at }) => {
    const spec = take(path) as YAMLMap;
    const container = take([...path, 'containers', at]) as YAMLMap;
    for (const key of CHANGED_IN_SPEC) take([...path, key]);
    for (const key of CHANGED_IN_CONTAINER) take([...path, 'containers', at, key]);
    return { where, spec, container };
  });
  detach(doc, owned);
  return places;
}

/** Positions of the containers to change. Throws USAGE when there are several and none is named. */
function wantedContainers({ where, containers }: PodSpec, wanted: string | null): number[] {
  if (wanted === null && containers.length > 1) {
    throw new OneprocpoolError('USAGE', `${where} has ${containers.length} containers; name one with --container`, {
      hint: `one of ${containers.join(', ')}`,
    });
  }
  return containers.flatMap((name, at) => (wanted === null || name === wanted ? [at] : []));
}

/** Several files as documents of one text. */
function joinDocuments(texts: readonly string[]): string {
  return texts.reduce((all, next) => {
    const text = next.replace(/^\uFEFF/, '');
    const end = all === '' || all.endsWith('\n') ? '' : '\n';
    if (all.trim() === '' || /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*---(?:\s|$)/.test(text)) return `${all}${end}${text}`;
    // A directive takes the explicit end of what stands before it.
    return `${all}${end}${/^%/m.test(text) ? '...' : '---'}\n${text}`;
  });
}

function nothingFound(pods: readonly PodSpec[], files: string, container: string | null): OneprocpoolError {
  const names = pods.flatMap(({ containers }) => containers);
  if (names.length === 0) {
    return new OneprocpoolError('USAGE', `no workload with containers in ${files}`, {
      hint: 'a workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob, or in a list of them',
    });
  }
  return new OneprocpoolError('USAGE', `no container named \`${container ?? ''}\` in ${files}`, {
    hint: `the containers are ${names.join(', ')}`,
  });
}
