// Changes of ELF files so that a program brings its libraries along: where it looks for them and under which names,
// and relocations that every musl 1.2 understands. The same file gives the same bytes. Used for the wheels for musl.
import { appendToLastSegment, DT, dynamicEntries, moveSection, offsetOf, writeDynamicEntries } from './elf-file.mjs';

/** By ELF machine number: x64, arm64. */
const RELATIVE = { 62: 8n, 183: 1027n };
const WORD = 8;
/** Of a word of DT_RELR that is no address; the lowest bit says so. */
const BITS = 63;

/**
 * `elf` with `renamed` (names of libraries by those it needs) and `searchPath` (DT_RUNPATH). Throws when it does not need
 * one of them, or has a path already.
 */
export function bringLibraries(elf, renamed, searchPath) {
  const entries = dynamicEntries(elf);
  const strings = valueOf(entries, DT.STRTAB);
  const start = offsetOf(elf, strings);
  const table = elf.subarray(start, start + Number(valueOf(entries, DT.STRSZ)));
  const texts = [table];
  const add = (text) => {
    const at = texts.reduce((sum, { length }) => sum + length, 0);
    texts.push(Buffer.from(`${text}\0`));
    return BigInt(at);
  };
  const nameAt = (at) => table.toString('latin1', Number(at), table.indexOf(0, Number(at)));
  if (entries.some(({ tag }) => tag === DT.RUNPATH)) throw new Error('Expected an executable without a search path');
  for (const [name, other] of Object.entries(renamed)) {
    const entry = entries.find(({ tag, value }) => tag === DT.NEEDED && nameAt(value) === name);
    if (entry === undefined) throw new Error(`Expected an executable that needs ${name}`);
    entry.value = add(other);
  }
  // For debuggers only; there is no room for one more entry.
  const spare = entries.find(({ tag }) => tag === DT.DEBUG);
  if (spare === undefined) throw new Error('Expected DT_DEBUG in the executable, found none');
  Object.assign(spare, { tag: DT.RUNPATH, value: add(searchPath) });
  return moveTable(elf, entries, { at: DT.STRTAB, size: DT.STRSZ }, Buffer.concat(texts));
}

/**
 * `elf` with its DT_RELR written out as DT_RELA, for musl before 1.2.4, which does not know the former and would run
 * into what was not relocated. Source: https://gabi.xinuos.com/elf/06-reloc.html#relative-relocation-table
 */
export function writeOutRelr(elf) {
  const entries = dynamicEntries(elf);
  if (!entries.some(({ tag }) => tag === DT.RELR)) return elf;
  const places = readRelr(elf, valueOf(entries, DT.RELR), Number(valueOf(entries, DT.RELRSZ)));
  const rela = offsetOf(elf, valueOf(entries, DT.RELA));
  const relative = RELATIVE[elf.readUInt16LE(18)];
  const added = places.map((place) => {
    const entry = Buffer.alloc(3 * WORD);
    // Without a symbol; what is there is the addend.
    [place, relative, elf.readBigUInt64LE(offsetOf(elf, place))].forEach((value, at) => {
      entry.writeBigUInt64LE(value, at * WORD);
    });
    return entry;
  });
  const table = Buffer.concat([elf.subarray(rela, rela + Number(valueOf(entries, DT.RELASZ))), ...added]);
  const rest = entries.filter(({ tag }) => ![DT.RELR, DT.RELRSZ, DT.RELRENT].includes(tag));
  const written = moveTable(elf, rest, { at: DT.RELA, size: DT.RELASZ }, table);
  moveSection(written, valueOf(entries, DT.RELR), { address: valueOf(entries, DT.RELR), offset: 0n, size: 0n });
  return written;
}

function readRelr(elf, address, bytes) {
  const start = offsetOf(elf, address);
  const places = [];
  let next = 0n;
  for (let at = start; at < start + bytes; at += WORD) {
    const word = elf.readBigUInt64LE(at);
    if ((word & 1n) === 0n) {
      places.push(word);
      next = word + BigInt(WORD);
      continue;
    }
    for (let bit = 0; bit < BITS; bit++) if ((word >> BigInt(bit + 1)) & 1n) places.push(next + BigInt(bit * WORD));
    next += BigInt(BITS * WORD);
  }
  return places;
}

/** Puts `table` at the end, and says so in `entries` and in the sections. */
function moveTable(elf, entries, tags, table) {
  const from = valueOf(entries, tags.at);
  const { elf: longer, address, offset } = appendToLastSegment(elf, table);
  const size = BigInt(table.length);
  for (const entry of entries) {
    if (entry.tag === tags.at) entry.value = address;
    if (entry.tag === tags.size) entry.value = size;
  }
  writeDynamicEntries(longer, entries);
  moveSection(longer, from, { address, offset, size });
  return longer;
}

function valueOf(entries, wanted) {
  const found = entries.find(({ tag }) => tag === wanted);
  if (found === undefined) throw new Error(`Expected an entry ${wanted} in the dynamic section, found none`);
  return found.value;
}
