/**
 * What each form adds to a pod: the words before the command, and an init container, a volume and variables. Pure.
 */

export const KUBERNETES_FORMS = ['command', 'init-copy', 'image-volume', 'env-file', 'file-key-ref'] as const;
/**
 * - `command`: the image of the container has the executable.
 * - `init-copy`: an init container copies it into a volume.
 * - `image-volume`: the image of the tool is mounted (Kubernetes 1.33).
 * - `env-file`: an init container writes the variables, and a shell reads them before the command.
 * - `file-key-ref`: the same, and the kubelet reads them (Kubernetes 1.34, feature gate EnvFiles).
 */
export type KubernetesForm = (typeof KUBERNETES_FORMS)[number];

export interface LauncherInput {
  readonly form: KubernetesForm;
  /** Image with `/oneprocpool`. */
  readonly image: string;
  /** Options for oneprocpool. */
  readonly planningWords: readonly string[];
  /** Variables that may be set, for `file-key-ref`. */
  readonly variables: readonly string[];
}

export interface LauncherParts {
  /** Before the words of the command. */
  readonly prefix: readonly string[];
  readonly initCommand?: readonly string[];
  /** Variables of the init container. */
  readonly initEnv?: readonly object[];
  readonly volume?: object;
  /** Whether the container sees the volume. */
  readonly isMounted: boolean;
  /** Variables of the container. */
  readonly env: readonly { readonly name: string }[];
}

/** Name of the init container and of the volume: by it they are found again. */
export const OWN_NAME = 'oneprocpool';
export const MOUNT_PATH = '/opt/oneprocpool';
const EXECUTABLE = '/oneprocpool';
const ENV_FILE = 'env';
export const SOURCE_SCRIPT = `. ${MOUNT_PATH}/${ENV_FILE} && exec "$0" "$@"`;

export function launcherParts(input: LauncherInput, containerName: string): LauncherParts {
  const { form, image, planningWords, variables } = input;
  const run = (executable: string) => [executable, ...planningWords, '--'];
  const emptyDir = { name: OWN_NAME, emptyDir: {} };
  // One file for all workers of the container: each gets the smallest share.
  const uniform = planningWords.includes('--workers') && !planningWords.includes('--uniform') ? ['--uniform'] : [];
  const target = ['--output', `${MOUNT_PATH}/${ENV_FILE}`];
  const writeEnv = (format: string) => ({
    initCommand: [EXECUTABLE, 'env', ...planningWords, ...uniform, '--format', format, ...target],
    initEnv: limitOf(containerName),
    volume: emptyDir,
  });
  switch (form) {
    case 'command':
      return { prefix: run(OWN_NAME), isMounted: false, env: [] };
    case 'init-copy':
      return {
        prefix: run(`${MOUNT_PATH}/oneprocpool`),
        initCommand: [EXECUTABLE, 'install', MOUNT_PATH],
        volume: emptyDir,
        isMounted: true,
        env: [],
      };
    case 'image-volume':
      return {
        prefix: run(`${MOUNT_PATH}/oneprocpool`),
        volume: { name: OWN_NAME, image: { reference: image, pullPolicy: 'IfNotPresent' } },
        isMounted: true,
        env: [],
      };
    case 'env-file':
      return { ...writeEnv('sh'), prefix: ['/bin/sh', '-c', SOURCE_SCRIPT], isMounted: true, env: [] };
    case 'file-key-ref':
      return { ...writeEnv('k8s-envfile'), prefix: [], isMounted: false, env: variables.map(fromFile) };
  }
}

/**
 * An init container sees its own limit; that of the container comes by the Downward API, in millicores, because whole
 * CPUs would be rounded up. `$(NAME)` needs NAME before it.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef
 */
function limitOf(containerName: string): object[] {
  return [
    {
      name: 'CPU_LIMIT_MILLICORES',
      valueFrom: { resourceFieldRef: { containerName, resource: 'limits.cpu', divisor: '1m' } },
    },
    { name: 'ONEPROCPOOL_CPUS', value: '$(CPU_LIMIT_MILLICORES)m' },
  ];
}

function fromFile(name: string) {
  return { name, valueFrom: { fileKeyRef: { volumeName: OWN_NAME, path: ENV_FILE, key: name, optional: true } } };
}
