/**
 * How CPUs, paths and texts of files are written in findings. Pure.
 */
import type { LimitName } from './limits.ts';

const LONGEST_QUOTE = 60;

/**
 * Characters that a terminal would obey instead of show: control characters and those that turn text around.
 * Made when asked for: with all of Unicode in it the pattern takes 0.2 ms of every start.
 */
const unsafe = (): RegExp => /[\p{Cc}\p{Cf}]/gu;

/** Text of a file or variable, safe for a terminal and short. */
export function quote(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(short).replace(unsafe(), (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A path as it is, or quoted when it holds unsafe characters: mount points come with anything in them. */
export function showPath(path: string): string {
  return path.search(unsafe()) === -1 ? path : quote(path);
}

/** At most three decimals, and never 0: 1.5, 0.333, 0.0002. */
export function formatNumber(cpus: number): string {
  const rounded = String(Math.round(cpus * 1000) / 1000);
  return rounded === '0' ? cpus.toPrecision(1) : rounded;
}

export function formatCpus(cpus: number): string {
  return `${formatNumber(cpus)} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
}

/** What set the limit, in words. */
export const LIMIT_TEXT: Readonly<Record<LimitName, string>> = {
  'cgroup-quota': 'the CPU quota',
  affinity: 'the affinity mask',
  'physical-cores': 'the number of physical cores',
  scheduler: 'the batch scheduler',
  'outer-launcher': 'the parallel launcher',
  outer: 'the outer oneprocpool',
  user: '--cpus',
  unknown: 'nothing',
};
