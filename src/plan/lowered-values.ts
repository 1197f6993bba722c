/**
 * The inherited values that a plan lowers, gathered so that a shell full of them is one sentence. Pure.
 */
import type { Finding } from '../finding.ts';
import { overlayFindings } from './overlay-findings.ts';

export interface LoweredValues {
  /** `isLeast`: the library needs so many, which is more than the share. */
  add(name: string, from: string, to: string, isLeast?: boolean): void;
  /** One finding for each new value and kind of origin, in the order in which they came. */
  findings(): Finding[];
}

/** `outerThreads`: what an outer oneprocpool gave us; `undefined` without one. */
export function gatherLoweredValues(outerThreads: string | undefined): LoweredValues {
  const groups = new Map<
    string,
    { to: string; byOuter: boolean; isLeast: boolean; values: (readonly [string, string])[] }
  >();
  return {
    add(name, from, to, isLeast = false) {
      const byOuter = from === outerThreads;
      const key = `${to} ${byOuter} ${isLeast}`;
      const group = groups.get(key) ?? { to, byOuter, isLeast, values: [] };
      group.values.push([name, from]);
      groups.set(key, group);
    },
    findings: () => [...groups.values()].map(({ values, ...group }) => overlayFindings.lowered(values, group)),
  };
}
