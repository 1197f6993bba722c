/**
 * Puts oneprocpool into a pod, or makes what is there as it should be: done twice it changes nothing. Pure, but for
 * the document it is given.
 */
import { isMap, isScalar, isSeq, type Document, type YAMLMap } from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { launcherParts, MOUNT_PATH, OWN_NAME, type LauncherInput } from './launcher-parts.ts';
import { toNode } from './new-nodes.ts';
import { ownWordCount } from './own-words.ts';
import { copyNode, follow, itemsAt, lookUp, textAt } from './shared-nodes.ts';

export interface PodPlace {
  readonly where: string;
  /** No alias, and shared with no other place, like the lists in them that are changed. */
  readonly spec: YAMLMap;
  readonly container: YAMLMap;
}

/** Keys of the lists that are changed. */
export const CHANGED_IN_CONTAINER = ['command', 'env', 'volumeMounts'] as const;
export const CHANGED_IN_SPEC = ['initContainers', 'volumes'] as const;

/** Changes `container` in `spec`; whether anything was different. Throws USAGE when there is no command to put oneprocpool before. */
export function addLauncher(doc: Document, { where, spec, container }: PodPlace, input: LauncherInput): boolean {
  const name = textAt(doc, container, 'name');
  const parts = launcherParts(input, name);
  const mount = { name: OWN_NAME, mountPath: MOUNT_PATH };
  const init =
    parts.initCommand === undefined
      ? undefined
      : {
          name: OWN_NAME,
          image: input.image,
          command: parts.initCommand,
          ...(parts.initEnv === undefined ? {} : { env: parts.initEnv }),
          // Its limit must not be smaller than the container's, and without one the pod would lose its QoS class.
          ...copied(doc, container, 'resources'),
          ...copied(doc, container, 'securityContext'),
          volumeMounts: [mount],
        };
  checkName(doc, spec, where);
  const changes = [
    setPrefix(doc, container, parts.prefix, `container ${name} of ${where}`),
    setOwnEnv(doc, container, parts.env),
    setNamed(doc, container, 'volumeMounts', parts.isMounted ? { ...mount, readOnly: true } : undefined),
    setNamed(doc, spec, 'initContainers', init),
    setNamed(doc, spec, 'volumes', parts.volume),
  ];
  return changes.includes(true);
}

function copied(doc: Document, container: YAMLMap, key: string): object {
  const node = lookUp(doc, container, key);
  return isMap(node) ? { [key]: copyNode(doc, node) } : {};
}

/** By the name what oneprocpool has added is found again, and nothing else may have it. */
function checkName(doc: Document, spec: YAMLMap, where: string): void {
  const isNamed = (item: unknown) => textAt(doc, item, 'name') === OWN_NAME;
  const volumes = itemsAt(doc, spec, 'volumes').filter(isNamed);
  const inits = itemsAt(doc, spec, 'initContainers').filter(isNamed);
  const isOther =
    volumes.some(
      (volume) => lookUp(doc, volume, 'emptyDir') === undefined && lookUp(doc, volume, 'image') === undefined,
    ) ||
    inits.some(
      (init) => !itemsAt(doc, init, 'volumeMounts').some((mount) => textAt(doc, mount, 'mountPath') === MOUNT_PATH),
    );
  if (!isOther) return;
  throw new OneprocpoolError('USAGE', `${where} has a volume or init container of its own named \`${OWN_NAME}\``, {
    hint: 'give it another name',
  });
}

/** Replaces the words of an oneprocpool that is there already. */
function setPrefix(doc: Document, container: YAMLMap, prefix: readonly string[], where: string): boolean {
  const command = container.get('command');
  if (!isSeq(command) || command.items.length === 0) {
    if (prefix.length === 0) return false;
    throw new OneprocpoolError('USAGE', `${where} has no \`command\` to put oneprocpool before`, {
      hint: "write the image's ENTRYPOINT there, or use --form file-key-ref, which needs none",
    });
  }
  const words = [...itemsAt(doc, container, 'command'), ...itemsAt(doc, container, 'args')].map(textOf);
  const old = words.slice(0, ownWordCount(words));
  if (old.length > command.items.length) {
    throw new OneprocpoolError('USAGE', `${where} has the options of oneprocpool in \`args\``, {
      hint: 'move them to `command`, up to and with `--`',
    });
  }
  if (JSON.stringify(old) === JSON.stringify(prefix)) return false;
  command.items.splice(0, old.length, ...prefix.map(toNode));
  return true;
}

function textOf(node: unknown): string {
  return isScalar(node) && typeof node.value === 'string' ? node.value : '';
}

/** Our references to the file are replaced; a variable that the manifest sets itself stays. */
function setOwnEnv(doc: Document, container: YAMLMap, wanted: readonly { readonly name: string }[]): boolean {
  const env = container.get('env');
  const before = isSeq(env) ? env.items : [];
  const isOurs = (item: unknown) => textAt(doc, item, 'valueFrom', 'fileKeyRef', 'volumeName') === OWN_NAME;
  const users = before.filter((item) => !isOurs(item));
  const taken = new Set(users.map((item) => textAt(doc, item, 'name')));
  const added = wanted.filter(({ name }) => !taken.has(name)).map(toNode);
  if (sameNodes(doc, before.filter(isOurs), added)) return false;
  replaceItems(container, 'env', [...users, ...added]);
  return true;
}

/** The item of the list `key` with our name: written, replaced where it is, or removed when `wanted` is undefined. */
function setNamed(doc: Document, parent: YAMLMap, key: string, wanted: object | undefined): boolean {
  const list = parent.get(key);
  const items = isSeq(list) ? [...list.items] : [];
  const at = items.findIndex((item) => textAt(doc, item, 'name') === OWN_NAME);
  const present = at === -1 ? [] : [items[at]];
  const added = wanted === undefined ? [] : [toNode(wanted)];
  if (sameNodes(doc, present, added)) return false;
  items.splice(at === -1 ? items.length : at, present.length, ...added);
  replaceItems(parent, key, items);
  return true;
}

function sameNodes(doc: Document, some: readonly unknown[], others: readonly unknown[]): boolean {
  return (
    JSON.stringify(some.map((node) => dataOf(doc, node))) === JSON.stringify(others.map((node) => dataOf(doc, node)))
  );
}

function dataOf(doc: Document, node: unknown): unknown {
  const found = follow(doc, node);
  if (isSeq(found)) return found.items.map((item) => dataOf(doc, item));
  if (isMap(found)) return found.items.map(({ key, value }) => [textOf(key), dataOf(doc, value)]);
  return textOf(found);
}

function replaceItems(parent: YAMLMap, key: string, items: readonly unknown[]): void {
  const list = parent.get(key);
  if (items.length === 0) parent.delete(key);
  else if (isSeq(list)) list.items = [...items];
  else parent.set(toNode(key), toNode([...items]));
}
