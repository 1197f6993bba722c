// Puts the instructions of scripts/entry/ before the entry of an executable that bun has compiled.
// They note what bun changes in its process before the first line of JavaScript: limits, signals, descriptors
// and variables. Only there they can still be known; see docs/executable.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { programHeaders, PT_LOAD, PT_NOTE, roundUp, sectionHeaders, writeProgramHeader } from './elf-file.mjs';

/** ELF machine numbers. */
const CODE = { 62: 'x64.bin', 183: 'arm64.bin' };
const [EXECUTABLE, WRITABLE] = [1, 2];
/** The words before the first instruction. */
const HEADER_BYTES = 48;
const [NOTES_AT, BUN_AT, ENVIRON_AT] = [8, 16, 40];
const SHT_DYNSYM = 11;
/** More than any kernel has: 64 KiB on some of arm64. */
const PAGE = 0x10000n;

/** Rewrites `file` in place. Throws when it does not look as bun 1.4 makes it. */
export function addEntryStub(file) {
  const elf = readFileSync(file);
  const machine = elf.readUInt16LE(18);
  const stub = readFileSync(new URL(`entry/${CODE[machine]}`, import.meta.url));
  const headers = programHeaders(elf);
  const note = headers.findLast(({ type }) => type === PT_NOTE);
  const loads = headers.filter(({ type }) => type === PT_LOAD);
  const data = loads.at(-1);
  if (elf.readUInt16LE(16) !== 2 || note === undefined || (data.flags & WRITABLE) === 0) {
    throw new Error(`${file}: expected an executable with a note and writable data at its end`);
  }

  // Zeros that the kernel adds after the data: they take the notes.
  const notes = data.address + data.memoryBytes;
  data.memoryBytes += 128n;
  // Nobody needs the segment of the build id: it becomes that of our instructions, at the end of file and memory.
  const offset = roundUp(BigInt(elf.length), PAGE);
  Object.assign(note, {
    type: PT_LOAD,
    flags: EXECUTABLE | 4,
    offset,
    address: roundUp(data.address + data.memoryBytes, PAGE),
    fileBytes: BigInt(stub.length),
    memoryBytes: BigInt(stub.length),
    align: PAGE,
  });
  stub.writeBigUInt64LE(notes, NOTES_AT);
  stub.writeBigUInt64LE(elf.readBigUInt64LE(24), BUN_AT);
  stub.writeBigUInt64LE(addressOf(elf, 'environ'), ENVIRON_AT);
  elf.writeBigUInt64LE(note.address + BigInt(HEADER_BYTES), 24);
  for (const header of [data, note]) writeProgramHeader(elf, header);
  writeFileSync(file, Buffer.concat([elf, Buffer.alloc(Number(offset) - elf.length), stub]));
}

/** Where the executable keeps a variable that the C library shares with it. Throws when it does not. */
function addressOf(elf, name) {
  const sections = sectionHeaders(elf);
  const symbols = sections.find(({ type }) => type === SHT_DYNSYM);
  const { offset = 0, bytes = 0, link = 0 } = symbols ?? {};
  for (let at = offset; at < offset + bytes; at += 24) {
    const start = sections[link].offset + elf.readUInt32LE(at);
    const address = elf.readBigUInt64LE(at + 8);
    if (address !== 0n && elf.toString('latin1', start, elf.indexOf(0, start)) === name) return address;
  }
  throw new Error(`expected an executable with the variable ${name}`);
}
