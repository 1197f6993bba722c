/**
 * What a Dockerfile needs to start its command through oneprocpool. Pure.
 *
 * The ENTRYPOINT is ours and the program is the CMD: then `docker run IMAGE other command` still replaces the program,
 * and Kubernetes' `args` do too.
 */
import { oneLineWord } from '../text/one-line-word.ts';

export interface DockerfileInput {
  /** `binary`: the executable out of its image; `sh`: the exported sh file. */
  readonly form: 'binary' | 'sh';
  readonly version: string;
  readonly madeBy: string;
  readonly planningWords: readonly string[];
  readonly options: { readonly image: string | null; readonly output: string | null };
}

export function renderDockerfile(input: DockerfileInput): string {
  const { form, version, madeBy } = input;
  return [
    `# Made by oneprocpool ${version}: ${madeBy}`,
    '# Put this at the end of your Dockerfile, with your own program in CMD: `docker run IMAGE python other.py` still',
    '# replaces it. No shell form (ENTRYPOINT oneprocpool ...): it would keep CMD and signals from the program.',
    ...(form === 'binary' ? binaryLines(input) : shLines(input)),
    'CMD ["python", "app.py"]',
    '',
  ].join('\n');
}

function binaryLines({ options, version, planningWords }: DockerfileInput): string[] {
  const image = options.image ?? `oneprocpool:${version}`;
  return [
    '# The executable supervises: it measures, reaps orphans and passes signals on. With --exec nothing stays resident.',
    `COPY --from=${image} /oneprocpool /usr/local/bin/oneprocpool`,
    `ENTRYPOINT ${JSON.stringify(['/usr/local/bin/oneprocpool', ...planningWords, '--'])}`,
  ];
}

function shLines({ planningWords }: DockerfileInput): string[] {
  const make = ['oneprocpool', 'export', 'sh', ...planningWords, '-o', 'oneprocpool.sh'].map(oneLineWord).join(' ');
  return [
    '# The sh file needs nothing but /bin/sh and becomes the program. Make it beside the Dockerfile with:',
    `#   ${make}`,
    'COPY --chmod=0755 oneprocpool.sh /usr/local/bin/oneprocpool.sh',
    'ENTRYPOINT ["/usr/local/bin/oneprocpool.sh"]',
  ];
}
