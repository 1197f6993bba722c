// A zip archive whose bytes depend on the names and contents of its files only: sorted as given, the earliest
// time there is in a zip, Unix modes. Enough for wheels: no archive above 4 GiB, no encryption.
// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01 00:00, as MS-DOS writes it. */
const DATE = (1 << 5) | 1;
const DEFLATE = 8;
const VERSION = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION;
const REGULAR_FILE = 0o100000;
const UTF8_NAMES = 1 << 11;

/** `files`: `{name, content: Buffer, mode}`. The archive, in pieces to be written one after the other. */
export function zipPieces(files, level = 9) {
  const pieces = [];
  const directory = [];
  let offset = 0;
  for (const { name, content, mode } of files) {
    const packed = deflateRawSync(content, { level });
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8_NAMES, 2);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt16LE(0, 6);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = [signature(0x04034b50), common, nameBytes, packed];
    const rest = Buffer.alloc(14);
    // Comment, disk and internal attributes stay 0.
    rest.writeUInt32LE(((REGULAR_FILE | mode) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(MADE_BY_UNIX);
    directory.push(signature(0x02014b50), madeBy, common, rest, nameBytes);
    pieces.push(...local);
    offset += lengthOf(local);
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(lengthOf(directory), 8);
  end.writeUInt32LE(offset, 12);
  return [...pieces, ...directory, signature(0x06054b50), end];
}

function signature(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function lengthOf(pieces) {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
