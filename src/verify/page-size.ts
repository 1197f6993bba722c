/**
 * Size of a memory page, which `stat` counts in: 4096 on x86-64, up to 65536 on arm64. Reads through FilePort.
 */
import type { FilePort } from '../host/ports.ts';

const DEFAULT_PAGE_BYTES = 4096;
/** AT_PAGESZ of getauxval(3) as a 64-bit little-endian number. */
const AT_PAGESZ = '\x06\0\0\0\0\0\0\0';

/**
 * From the text of `/proc/self/auxv`, pairs of 64-bit numbers; 4096 when it does not say. Bytes that are not
 * UTF-8 were replaced when the text was decoded, so the entry is searched for, not counted to.
 */
export function parsePageSize(auxiliaryVector: string): number {
  for (let at = auxiliaryVector.indexOf(AT_PAGESZ); at !== -1; at = auxiliaryVector.indexOf(AT_PAGESZ, at + 1)) {
    const start = at + AT_PAGESZ.length;
    let bytes = 0;
    for (let byte = 7; byte >= 0; byte--) bytes = bytes * 256 + (auxiliaryVector.charCodeAt(start + byte) || 0);
    if (bytes >= 4096 && bytes <= 65536 && Number.isInteger(Math.log2(bytes))) return bytes;
  }
  return DEFAULT_PAGE_BYTES;
}

export function readPageSize(files: FilePort): number {
  return parsePageSize(files.readText('/proc/self/auxv') ?? '');
}
