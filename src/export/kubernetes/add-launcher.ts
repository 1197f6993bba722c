/**
 * Puts oneprocpool into a pod, or makes what is there as it should be: done twice it changes nothing. Pure, but for
 * the document it is given.
 */
import { isMap, isScalar, isSeq, type Document, type YAMLMap } from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { launcherParts, MOUNT_PATH, OWN_NAME, SOURCE_SCRIPT, type LauncherInput } from './launcher-parts.ts';

/** Changes `container` in `spec`; whether anything was different. Throws USAGE when there is no command to put ours before. */
export function addLauncher(
  doc: Document,
  pod: { readonly where: string; readonly spec: YAMLMap; readonly container: YAMLMap },
  input: LauncherInput,
): boolean {
  const { spec, container } = pod;
  const name = String(container.get('name'));
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
          ...copied(container, 'resources'),
          ...copied(container, 'securityContext'),
          volumeMounts: [mount],
        };
  const changes = [
    setPrefix(doc, container, parts.prefix, `${pod.where}, container ${name}`),
    setOwnEnv(doc, container, parts.env),
    setNamed(doc, container, 'volumeMounts', parts.isMounted ? { ...mount, readOnly: true } : undefined),
    setNamed(doc, spec, 'initContainers', init),
    setNamed(doc, spec, 'volumes', parts.volume),
  ];
  return changes.includes(true);
}

function copied(container: YAMLMap, key: string): object {
  const node = container.get(key);
  return isMap(node) ? { [key]: node.toJSON() as unknown } : {};
}

/** Replaces the words of an oneprocpool that is there already. */
function setPrefix(doc: Document, container: YAMLMap, prefix: readonly string[], where: string): boolean {
  const command = container.get('command');
  if (!isSeq(command) || command.items.length === 0) {
    if (prefix.length === 0) return false;
    throw new OneprocpoolError('USAGE', `Expected a \`command\` to put oneprocpool before, found none (${where})`, {
      hint: "write the image's ENTRYPOINT there, or use --form file-key-ref, which needs none",
    });
  }
  const words = command.items.map((item) => (isScalar(item) ? String(item.value) : ''));
  const old = words.slice(0, ownWordCount(words));
  if (JSON.stringify(old) === JSON.stringify(prefix)) return false;
  command.items.splice(0, old.length, ...prefix.map((word) => doc.createNode(word)));
  return true;
}

function ownWordCount(words: readonly string[]): number {
  if (words[2] === SOURCE_SCRIPT) return 3;
  const isOurs = words[0]?.split('/').at(-1) === OWN_NAME;
  return isOurs ? words.indexOf('--') + 1 : 0;
}

/** Our references to the file are replaced; a variable that the manifest sets itself stays. */
function setOwnEnv(doc: Document, container: YAMLMap, wanted: readonly { readonly name: string }[]): boolean {
  const env = container.get('env');
  const before = isSeq(env) ? env.items : [];
  const isOurs = (item: unknown) => isMap(item) && item.getIn(['valueFrom', 'fileKeyRef', 'volumeName']) === OWN_NAME;
  const users = before.filter((item) => !isOurs(item));
  const taken = new Set(users.map((item) => (isMap(item) ? String(item.get('name')) : '')));
  const ours = wanted.filter(({ name }) => !taken.has(name));
  const present = before.filter(isOurs).map((item) => (isMap(item) ? (item.toJSON() as unknown) : null));
  if (JSON.stringify(present) === JSON.stringify(ours)) return false;
  replaceItems(doc, container, 'env', [...users, ...ours.map((item) => doc.createNode(item))]);
  return true;
}

/** The item of the list `key` with our name: written, replaced where it is, or removed when `wanted` is undefined. */
function setNamed(doc: Document, parent: YAMLMap, key: string, wanted: object | undefined): boolean {
  const list = parent.get(key);
  const items = isSeq(list) ? [...list.items] : [];
  const at = items.findIndex((item) => isMap(item) && item.get('name') === OWN_NAME);
  const present = at === -1 ? undefined : ((items[at] as YAMLMap).toJSON() as unknown);
  if (JSON.stringify(present) === JSON.stringify(wanted)) return false;
  if (wanted === undefined) items.splice(at, 1);
  else items.splice(at === -1 ? items.length : at, at === -1 ? 0 : 1, doc.createNode(wanted));
  replaceItems(doc, parent, key, items);
  return true;
}

function replaceItems(doc: Document, parent: YAMLMap, key: string, items: readonly unknown[]): void {
  const list = parent.get(key);
  if (items.length === 0) parent.delete(key);
  else if (isSeq(list)) list.items = [...items];
  else parent.set(key, doc.createNode(items));
}
