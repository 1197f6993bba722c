/**
 * `oneprocpool export sh|docker|k8s|systemd|slurm`: files for places without this tool or without Node.js.
 * Reads no limits: what it writes is for another place. Uses the console and, with --output, the writer.
 */
import { OneprocpoolError } from '../errors.ts';
import { renderDockerfile } from '../export/dockerfile.ts';
import { renderShEntrypoint } from '../export/sh-entrypoint.ts';
import { renderSlurm } from '../export/slurm.ts';
import { renderSystemd } from '../export/systemd.ts';
import { closestName } from '../text/closest-name.ts';
import type { CommandContext } from './command-context.ts';
import { prepareExport, type ExportRequest } from './prepare-export.ts';

const TARGETS = ['sh', 'docker', 'k8s', 'systemd', 'slurm'] as const;
type Target = (typeof TARGETS)[number];

/** Throws USAGE for an unknown target or what it does not take. */
export async function exportCommand(context: CommandContext): Promise<number> {
  const target = checkTarget(context.words);
  const request = await prepareExport(context, target);
  const text = await render(target, request, context);
  if (request.options.output === null) context.host.console.writeOut(text);
  else context.host.writer.writeFileAtomically(request.options.output, text, target === 'sh' ? 0o777 : 0o666);
  return 0;
}

async function render(target: Target, request: ExportRequest, context: CommandContext): Promise<string> {
  if (target !== 'k8s') refuseManifest(target, request);
  switch (target) {
    case 'sh':
      return renderShEntrypoint(request.sh);
    case 'docker':
      return renderDockerfile({ ...request, form: oneOf(request, target, ['binary', 'sh']) });
    case 'systemd':
      return renderSystemd(request);
    case 'slurm':
      return renderSlurm(request);
    case 'k8s':
      return (await import('./export-kubernetes.ts')).exportKubernetes(request, context);
  }
}

function checkTarget(words: readonly string[]): Target {
  const target = TARGETS.find((word) => word === words[0]);
  if (words.length === 1 && target !== undefined) return target;
  const meant = closestName(words[0] ?? '', TARGETS);
  const found = words.length === 0 ? 'none' : `\`${words.join(' ')}\``;
  throw new OneprocpoolError(
    'USAGE',
    `Expected \`export\` to be followed by one of ${TARGETS.join(', ')}, got ${found}`,
    {
      hint: meant === undefined ? '`oneprocpool export sh` prints an entrypoint' : `did you mean \`${meant}\`?`,
    },
  );
}

/** The form that was asked for, or the first. */
export function oneOf<Form extends string>(
  { options }: ExportRequest,
  target: string,
  forms: readonly [Form, ...Form[]],
): Form {
  if (options.form === null) return forms[0];
  const form = forms.find((each) => each === options.form);
  if (form !== undefined) return form;
  throw new OneprocpoolError(
    'USAGE',
    `Expected \`--form\` of \`export ${target}\` to be one of ${forms.join(', ')}, got \`${options.form}\``,
    {
      hint: `leave it out for \`${forms[0]}\``,
    },
  );
}

function refuseManifest(target: string, { options }: ExportRequest): void {
  const flag = options.file.length === 0 ? (options.container === null ? undefined : '--container') : '--file';
  if (flag === undefined) return;
  throw new OneprocpoolError(
    'USAGE',
    `Expected \`${flag}\` with \`export k8s\` only, found it with \`export ${target}\``,
    {
      hint: `use --output to write into a file`,
    },
  );
}
