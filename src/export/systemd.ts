/**
 * A drop-in for a systemd service. Pure.
 */

export interface SystemdInput {
  readonly version: string;
  readonly madeBy: string;
  fixedPlan(): { readonly cpus: number; readonly workers: number; format(format: 'systemd'): string };
}

/** docs/stopping.md says why. */
const STOPPING = `# SIGTERM to the main process alone; by default systemd signals every process of the unit.
KillMode=mixed
`;

/** `CPUQuota=` is only noted: whether the service is to be limited is for its owner to say. Throws USAGE without --cpus. */
export function renderSystemd({ version, madeBy, fixedPlan }: SystemdInput): string {
  const { cpus, workers, format } = fixedPlan();
  const shares = workers === 1 ? '' : `, one of ${workers} workers`;
  return [
    `# Made by oneprocpool ${version}: ${madeBy}`,
    '# Store as /etc/systemd/system/NAME.service.d/oneprocpool.conf, then: systemctl daemon-reload && systemctl restart NAME',
    `# The numbers fit ${cpus} CPUs${shares}. This line enforces them; make the file anew when it changes:`,
    `#CPUQuota=${Math.round(cpus * 100)}%`,
    '# With ExecStart=/usr/local/bin/oneprocpool -- PROGRAM they follow the quota by themselves at each start.',
    `${format('systemd')}${STOPPING}`,
  ].join('\n');
}
