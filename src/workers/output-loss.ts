/**
 * What of the output of the workers could not be written, and what is said about it. Pure.
 */
import type { Finding } from '../finding.ts';
import type { ByteSink } from '../host/ports.ts';
import { reasonForWriteError } from '../text/write-errors.ts';
import type { OutputEnd } from './worker-output.ts';

/** A file for the output of one worker. */
export interface LogFile {
  /** As the user knows it. */
  readonly path: string;
  readonly sink: ByteSink;
}

/** A reader that takes nothing for so long, when nobody waits for the rest any more. */
export const STALLED_MS = 1_000;

/** Reasons of a sink, see `ByteSink.goneBecause`. */
const ABANDONED = 'ABANDONED';
const READER_LEFT = 'EPIPE';
/** So many are named in one message. */
const MOST_NAMED = 3;

/** A reader that went away is nothing to talk about: `head` does it. A full disk is. */
export function endOf(sinks: readonly ByteSink[], logs: readonly LogFile[]): Omit<OutputEnd, 'isLineOpen'> {
  const codes = new Set(sinks.flatMap(({ goneBecause }) => (goneBecause === null ? [] : [goneBecause])));
  const findings: Finding[] = [];
  const isCut = codes.delete(ABANDONED) || logs.some(({ sink }) => sink.goneBecause === ABANDONED);
  codes.delete(READER_LEFT);
  if (isCut) findings.push(DROPPED);
  for (const code of codes) findings.push(lost(code));
  const lostLogs = logs.filter(isIncomplete);
  if (lostLogs.length > 0) findings.push(incomplete(lostLogs));
  return { isCut, isLost: codes.size > 0 || lostLogs.length > 0, findings };
}

/** Whether it took nothing any more before the end. */
export function isIncomplete({ sink: { goneBecause } }: LogFile): boolean {
  return goneBecause !== null && goneBecause !== ABANDONED && goneBecause !== READER_LEFT;
}

const DROPPED: Finding = {
  code: 'OUTPUT_DROPPED',
  severity: 'warning',
  message: `the rest of the output was dropped: the run was told to end, and the reader took nothing for ${STALLED_MS / 1000} s`,
};

const SPACE_HINT = 'check the space on the disk that it goes to';

function lost(code: string): Finding {
  return {
    code: 'OUTPUT_LOST',
    severity: 'error',
    message: `cannot write the output of the workers: ${reasonForWriteError(code)}; the rest of it is lost`,
    hint: SPACE_HINT,
  };
}

/** For logs that are incomplete. */
export function incomplete(logs: readonly LogFile[]): Finding {
  const reasons = new Set(logs.map(({ sink }) => reasonForWriteError(sink.goneBecause ?? '')));
  const named = logs.slice(0, MOST_NAMED).map(({ path }) => path);
  const more = logs.length > named.length ? ` and ${logs.length - named.length} more` : '';
  return {
    code: 'LOG_INCOMPLETE',
    severity: 'error',
    message: `cannot write ${named.join(', ')}${more}: ${[...reasons].join(', ')}; the rest of the output is missing there`,
    hint: SPACE_HINT,
  };
}
