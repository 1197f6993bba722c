/**
 * The POSIX sh file for images without Node.js: at each start it reads the limits of the CPUs, as `limits/` does,
 * sets the variables, as `plan/` does, and becomes the command. Pure.
 *
 * Amounts of CPUs are whole billionths, in integers of 64 bits. test/unit/export holds the numbers equal to the plan's.
 */
import type { Reserve } from '../limits/cpu-budget.ts';
import type { Rounding } from '../limits/limits.ts';
import CGROUP from './sh/cgroup.sh' with { type: 'text' };
import CORES from './sh/cores.sh' with { type: 'text' };
import LIMITS from './sh/limits.sh' with { type: 'text' };
import NUMBERS from './sh/numbers.sh' with { type: 'text' };
import { renderControls, type ShControls } from './sh-controls.ts';
import { renderShare } from './sh-share.ts';

export interface ShEntrypointInput extends ShControls {
  /** The command line that makes this file again, on one line. */
  readonly madeBy: string;
  readonly version: string;
  /** `--cpus`, for when ONEPROCPOOL_CPUS is not set; `null` = none. */
  readonly cpus: number | null;
  readonly reserve: Reserve | null;
  readonly rounding: Rounding;
  readonly physical: boolean;
  readonly threads: number | null;
  readonly uniform: boolean;
  readonly strict: boolean;
  /** `--outer`: whether the variables of schedulers and launchers are limits. */
  readonly outer: 'auto' | 'ignore';
  /**
   * Sh text that stands before every path, for the tests: they read fixture hosts. It is empty in what is exported:
   * whoever sets the environment must not choose what is read.
   */
  readonly root?: string;
}

/** The whole file, to be stored as executable. Throws USAGE for names and values that sh cannot hold. */
export function renderShEntrypoint(input: ShEntrypointInput): string {
  const controls = renderControls(input);
  const readers = [
    input.physical ? NUMBERS : withoutMembership(NUMBERS),
    CGROUP,
    '',
    LIMITS,
    ...(input.physical ? [CORES] : []),
    renderShare(input, /opp_spins|opp_all/.test(controls)),
    '',
  ];
  // Not in the other parts: they hold text of the user.
  const atRoot = readers.map((part) => part.replaceAll('@@', input.root ?? ''));
  const parts = [renderHead(input), ...atRoot, controls, 'exec "$@"'];
  return parts.map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('');
}

/** Whether a list holds a CPU is asked for cores only. */
function withoutMembership(numbers: string): string {
  return numbers
    .replace(' [CPU]', '')
    .replace(', and in opp_has whether CPU', '')
    .replace('opp_has=no ', '')
    .replace(/^.* opp_has=yes\n/m, '');
}

const AROUND = `#   ONEPROCPOOL_THREADS       what an oneprocpool around this one allows
#   SLURM_*, NSLOTS, NCPUS, ... the share that a batch scheduler, MPI or torchrun tells
`;

function renderHead({ madeBy, version, workers, uniform, outer }: ShEntrypointInput): string {
  const index =
    workers === 1 || uniform
      ? []
      : ['#   ONEPROCPOOL_WORKER_INDEX  which of the workers this is, from 0: the first ones share what is left over'];
  return `#!/bin/sh
# Starts COMMAND with as many threads in its libraries as there are CPUs for it: oneprocpool.sh COMMAND [ARG...]
# Made by oneprocpool ${version}: ${madeBy}
# Reads the affinity mask and the CPU quotas of the visible cgroups at each start, and these variables:
#   ONEPROCPOOL_CPUS          use at most so many CPUs: 2, 1.5 or 1500m
${outer === 'ignore' ? '' : AROUND}${index.map((line) => `${line}\n`).join('')}# For dash, busybox sh, bash and ksh. Starts no other program: in the end it is COMMAND.

opp_fail() {
  printf 'oneprocpool: %s\\n\\nhint: %s\\n' "$1" "$2" >&2
  exit 125
}
case \${1-} in '' | -*) opp_fail "Expected a command, found \\\`\${1-}\\\`" "$0 COMMAND [ARG...]" ;; esac
[ "$((1000000 * 1000000))" = 1000000000000 ] || opp_fail 'Expected an sh with 64-bit numbers' 'use dash, busybox or bash'
`;
}
