/**
 * Where the pods are in a Kubernetes object. Pure.
 */
import { isMap, isSeq, type YAMLMap } from '../../config/yaml-document.ts';

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

export interface PodSpec {
  /** `Deployment web`, for messages. */
  readonly where: string;
  readonly spec: YAMLMap;
}

/** All of them in the object, in order; lists and ResourceLists hold more objects. */
export function findPodSpecs(node: unknown): PodSpec[] {
  if (!isMap(node)) return [];
  const items = node.get('items');
  if (isSeq(items)) return items.items.flatMap(findPodSpecs);
  const kind = String(node.get('kind'));
  const path = Object.hasOwn(POD_SPEC_PATHS, kind) ? POD_SPEC_PATHS[kind] : undefined;
  const spec = path === undefined ? undefined : node.getIn(path);
  const name: unknown = node.getIn(['metadata', 'name']);
  return isMap(spec) ? [{ where: typeof name === 'string' ? `${kind} ${name}` : kind, spec }] : [];
}
