/**
 * Something worth saying while the work goes on. Part of `plan --json` and of the run report. Pure.
 */

export type Severity = 'info' | 'warning' | 'error';

export interface Finding {
  /** Stable name in SCREAMING_SNAKE_CASE for machines to match, for example `QUOTA_FRACTION_UNUSED`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence with the fact and its figures. */
  readonly message: string;
  /** What to do about it; absent when there is nothing to do. */
  readonly hint?: string;
}
