/**
 * Numbers of threads that a manifest sets itself and that stay with `--form file-key-ref`: there nothing lowers them. Pure.
 */
import { isMap, type Document } from '../../config/yaml-document.ts';
import type { Finding } from '../../finding.ts';
import { parseInheritedCount } from '../../presets/inherited-count.ts';
import { itemsAt, lookUp, textAt } from './shared-nodes.ts';

export interface KeptCountsInput {
  /** Variables that hold a number of threads. */
  readonly counts: readonly string[];
  /** `--cpus`, which counts instead of the container's limit; `null` without. */
  readonly cpus: number | null;
  readonly workers: number;
}

/** A finding for the counts of the container above its share; without a limit, for those above 1. */
export function keptCountFindings(
  doc: Document,
  container: unknown,
  where: string,
  { counts, cpus, workers }: KeptCountsInput,
): Finding[] {
  const limit = cpus ?? cpusOf(quantityAt(doc, container));
  const share = limit === undefined ? undefined : Math.max(1, Math.floor(limit / workers));
  const kept = itemsAt(doc, container, 'env').flatMap((item) => {
    const [name, value] = [textAt(doc, item, 'name'), textAt(doc, item, 'value')];
    const threads = counts.includes(name) ? parseInheritedCount(value)?.threads : undefined;
    return threads !== undefined && threads > (share ?? 1) ? [`${name}=${value}`] : [];
  });
  if (kept.length === 0) return [];
  const comparison =
    share === undefined ? 'there is no limits.cpu to compare with' : `the share of a worker is ${share}`;
  return [
    {
      code: 'MANIFEST_COUNT_KEPT',
      severity: 'warning',
      message: `${where} keeps its own ${kept.join(', ')}; ${comparison}`,
      hint: 'remove it from `env` of the container; other forms lower it at the start',
    },
  ];
}

/** As text: `2` in YAML is a number. */
function quantityAt(doc: Document, container: unknown): string {
  const limits = lookUp(doc, container, 'resources', 'limits');
  return isMap(limits) ? scalarText((limits.toJS(doc) as { readonly cpu?: unknown }).cpu) : '';
}

function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A Kubernetes quantity: `1500m`, `2`, `1.5`. */
function cpusOf(quantity: string): number | undefined {
  const [, digits = '', milli] = /^(\d+(?:\.\d*)?|\.\d+)(m?)$/.exec(quantity) ?? [];
  if (digits === '') return undefined;
  return milli === 'm' ? Number(digits) / 1000 : Number(digits);
}
