/**
 * Where the pods are in a Kubernetes object. Pure.
 */
import { isMap, type Document } from '../../config/yaml-document.ts';
import { itemsAt, lookUp, textAt } from './shared-nodes.ts';

/** Way from an object of this kind to the spec of its pods. */
const POD_SPEC_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  PodTemplate: ['template', 'spec'],
};

export type NodePath = readonly (string | number)[];

export interface PodSpec {
  /** `Deployment web`, for messages. */
  readonly where: string;
  /** From the root of the document. */
  readonly path: NodePath;
  /** Names of its containers, in order; empty for one without a name. */
  readonly containers: readonly string[];
}

/** All of them in the document, in order; lists and ResourceLists hold more objects. */
export function findPodSpecs(doc: Document): PodSpec[] {
  return podSpecsIn(doc, doc.contents, []);
}

function podSpecsIn(doc: Document, node: unknown, path: NodePath): PodSpec[] {
  const kind = textAt(doc, node, 'kind');
  if (kind.endsWith('List')) {
    return itemsAt(doc, node, 'items').flatMap((item, at) =>
      isMap(item) ? podSpecsIn(doc, item, [...path, 'items', at]) : [],
    );
  }
  const toSpec = Object.hasOwn(POD_SPEC_PATHS, kind) ? (POD_SPEC_PATHS[kind] ?? []) : undefined;
  if (toSpec === undefined || !isMap(lookUp(doc, node, ...toSpec))) return [];
  const name = textAt(doc, node, 'metadata', 'name');
  const containers = itemsAt(doc, node, ...toSpec, 'containers').map((item) => textAt(doc, item, 'name'));
  return [{ where: name === '' ? kind : `${kind} ${name}`, path: [...path, ...toSpec], containers }];
}
