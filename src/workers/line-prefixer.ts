/**
 * Puts a prefix before each line of one stream, and keeps the lines of several streams that share a place
 * apart: a line goes out when it is finished. Bytes stay as they are; text here is Latin-1, one character for
 * each byte, because that is the fastest way. Pure.
 */

/** What was written last to a place that several streams share. */
export interface SharedPlace {
  /** The stream whose unfinished line stands at the end; `null` after a line end. */
  unfinished: LinePrefixer | null;
}

export interface LinePrefixer {
  /** Takes bytes of the stream and returns what is to be written now: whole lines, as a rule. */
  push(bytes: Buffer): Buffer;
  /** The unfinished line at the end of the stream, without a line end. */
  end(): Buffer;
}

/** An unfinished line that is longer goes out as it is, and what follows continues it if nobody came between. */
const HELD_BYTES = 64 * 1024;
const LINE_FEED = 10;
const NOTHING = Buffer.alloc(0);

export function createSharedPlace(): SharedPlace {
  return { unfinished: null };
}

/** @param prefix without `$`, in Latin-1. */
export function createLinePrefixer(prefix: string, place: SharedPlace, heldBytes = HELD_BYTES): LinePrefixer {
  const lineStart = `\n${prefix}`;
  let held = '';

  /** What has to stand between the end of the place and our text. */
  function beginning(): string {
    if (place.unfinished === self) return '';
    return place.unfinished === null ? prefix : lineStart;
  }

  function renderLines(text: string): Buffer {
    const lines = beginning() + text.replaceAll('\n', lineStart);
    place.unfinished = null;
    return Buffer.from(lines.slice(0, lines.length - prefix.length), 'latin1');
  }

  function renderUnfinished(): Buffer {
    if (held === '') return NOTHING;
    const text = beginning() + held;
    held = '';
    place.unfinished = self;
    return Buffer.from(text, 'latin1');
  }

  const self: LinePrefixer = {
    push(bytes) {
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end === 0) {
        held += bytes.toString('latin1');
        return held.length > heldBytes ? renderUnfinished() : NOTHING;
      }
      const lines = renderLines(held + bytes.toString('latin1', 0, end));
      held = bytes.toString('latin1', end);
      return lines;
    },
    end: renderUnfinished,
  };
  return self;
}
