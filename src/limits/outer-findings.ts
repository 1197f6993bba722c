/**
 * What is worth saying about the share that a scheduler or launcher tells in variables. Pure.
 *
 * | code | severity | when |
 * | --- | --- | --- |
 * | OUTER_LIMIT_INVALID | warning | ONEPROCPOOL_THREADS is not a whole number from 1 to 65536; it is ignored |
 * | OUTER_VARIABLE_INVALID | warning | a variable of a scheduler or launcher is no such number; it is ignored |
 * | OUTER_VARIABLES_DIFFER | warning | two variables contradict each other |
 * | SCHEDULER_SHARE_UNKNOWN | warning | the slots are on several hosts, and those of this host are not known |
 * | SHARE_PER_RANK | info | NCPUS is taken as the share of one rank, and may be that of all |
 * | LOCAL_SIBLINGS | warning | a launcher started siblings, and what they share is not known |
 * | RANKS_ABOVE_CPUS | info | there are more local ranks than CPUs |
 */
import type { Finding } from '../finding.ts';
import { MAX_CPUS } from './cpu-list.ts';
import { formatCpus, quote } from './finding-words.ts';

export function outerLimitInvalid(variable: string, text: string): Finding {
  return {
    code: 'OUTER_LIMIT_INVALID',
    severity: 'warning',
    message: `ignoring ${variable}: ${quote(text)} is not a whole number from 1 to ${MAX_CPUS}`,
    hint: `unset ${variable}, or set it to a number of threads`,
  };
}

export function variableInvalid(variable: string, text: string, range = `from 1 to ${MAX_CPUS}`): Finding {
  return {
    code: 'OUTER_VARIABLE_INVALID',
    severity: 'warning',
    message: `ignoring ${variable}: ${quote(text)} is not a whole number ${range}`,
    hint: 'state the share of this process with --cpus, and use --outer ignore',
  };
}

/** `counts`: what is done about it, a clause. */
export function variablesDiffer(first: [string, number], second: [string, number], counts: string): Finding {
  return {
    code: 'OUTER_VARIABLES_DIFFER',
    severity: 'warning',
    message: `${first[0]}=${first[1]} and ${second[0]}=${second[1]} contradict each other; ${counts}`,
    hint: 'state the share of this process with --cpus, and use --outer ignore',
  };
}

export function shareUnknown(variable: string, slots: number, hosts: number): Finding {
  return {
    code: 'SCHEDULER_SHARE_UNKNOWN',
    severity: 'warning',
    message: `${variable}=${slots} counts the slots of ${hosts} hosts, and how many are on this host is not known`,
    hint: 'state the share of this host with --cpus',
  };
}

export function sharePerRank(variable: string, cpus: number, ranks: number): Finding {
  return {
    code: 'SHARE_PER_RANK',
    severity: 'info',
    message: `${variable}=${cpus} is taken as the CPUs of each of the ${ranks} ranks on this host`,
    hint: `if the ranks share them, request ompthreads, or use --cpus ${Math.max(1, Math.floor(cpus / ranks))}`,
  };
}

export function localSiblings(variable: string, siblings: number): Finding {
  return {
    code: 'LOCAL_SIBLINGS',
    severity: 'warning',
    message: `${variable} says that ${siblings} processes were started side by side here, but the CPUs they share are not known`,
    hint: 'give each process its share with --cpus',
  };
}

export function ranksAboveCpus(variable: string, ranks: number, cpus: number): Finding {
  return {
    code: 'RANKS_ABOVE_CPUS',
    severity: 'info',
    message: `${ranks} processes (${variable}) share ${formatCpus(cpus)}; each runs one thread`,
    hint: 'start fewer processes on this host',
  };
}
