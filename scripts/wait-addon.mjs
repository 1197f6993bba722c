// Makes the addon through which the npm program hears how its workers end: dist/wait-linux-ARCH.node. libuv has no name
// for real-time signals and hands on such a death as status 0, so that somebody else must ask the kernel.
// The instructions (scripts/wait/) are assembled once; here they become a shared object, so that a build needs no
// compiler and gives the same bytes everywhere. The C interface is Node-API, which is the same for all versions of Node.js.
// Source of the form: elf(5), man-pages 6.9; System V ABI, AMD64 and AArch64 supplements.
import { readFileSync } from 'node:fs';
import { DT, PT_DYNAMIC, PT_GNU_STACK, PT_LOAD, writeProgramHeader } from './elf-file.mjs';

/** ELF machine number, and the relocation that writes the address of a symbol. */
const MACHINES = { x64: { machine: 62, globDat: 6 }, arm64: { machine: 183, globDat: 1025 } };
const EXPORTED = 'napi_register_module_v1';
/** In the order of the table that the instructions read. */
const IMPORTED = ['napi_create_function', 'napi_get_cb_info', 'napi_get_value_int32', 'napi_create_int32'];

/** Memory differs from the file by this much from the table on: a page of its own on every kernel. */
const PAGE = 0x10000;
/** From the first instruction to the table, in the file. The instructions know the distance in memory. */
const TABLE = 0x400;
const [READ, WRITE, EXECUTE] = [4, 2, 1];
const [HEADER_BYTES, SEGMENT_BYTES, SYMBOL_BYTES, RELOCATION_BYTES, DYNAMIC_BYTES] = [64, 56, 24, 24, 16];
const SEGMENTS = 4;
const [ET_DYN, GLOBAL_FUNCTION] = [3, 0x12];

const NAMES = ['', EXPORTED, ...IMPORTED];
const STRINGS = Buffer.from(`${NAMES.join('\0')}\0`, 'latin1');

/** The shared object for `arch` (x64 or arm64). Throws when the instructions outgrow their room. */
export function makeWaitAddon(arch) {
  const code = readFileSync(new URL(`wait/${arch}.bin`, import.meta.url));
  if (code.length > TABLE) throw new Error(`Expected at most ${TABLE} bytes of instructions, found ${code.length}`);
  const places = layOut();
  const dynamic = dynamicSection(places);
  const elf = Buffer.alloc(places.dynamic + dynamic.length * DYNAMIC_BYTES);
  writeHeader(elf, MACHINES[arch].machine);
  segments(places, code.length, elf.length).forEach((segment, index) => {
    writeProgramHeader(elf, { ...segment, at: HEADER_BYTES + index * SEGMENT_BYTES });
  });
  writeSymbols(elf, places, code.length);
  writeHash(elf, places);
  writeRelocations(elf, places, MACHINES[arch].globDat);
  STRINGS.copy(elf, places.strings);
  code.copy(elf, places.code);
  dynamic.forEach(([tag, value], index) => {
    elf.writeBigUInt64LE(BigInt(tag), places.dynamic + index * DYNAMIC_BYTES);
    elf.writeBigUInt64LE(BigInt(value), places.dynamic + index * DYNAMIC_BYTES + 8);
  });
  return elf;
}

/** Where in the file each part begins. */
function layOut() {
  const symbols = HEADER_BYTES + SEGMENTS * SEGMENT_BYTES;
  const hash = symbols + NAMES.length * SYMBOL_BYTES;
  const relocations = roundUp(hash + (3 + NAMES.length) * 4, 8);
  const strings = relocations + IMPORTED.length * RELOCATION_BYTES;
  const code = roundUp(strings + STRINGS.length, 16);
  const table = code + TABLE;
  return { symbols, hash, relocations, strings, code, table, dynamic: table + IMPORTED.length * 8 };
}

function writeHeader(elf, machine) {
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(ET_DYN, 16);
  elf.writeUInt16LE(machine, 18);
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  elf.writeUInt16LE(HEADER_BYTES, 52);
  elf.writeUInt16LE(SEGMENT_BYTES, 54);
  elf.writeUInt16LE(SEGMENTS, 56);
}

function segments({ code, table, dynamic }, codeBytes, end) {
  const segment = (type, flags, offset, bytes, shift) => ({
    type,
    flags,
    offset: BigInt(offset),
    address: BigInt(offset + shift),
    fileBytes: BigInt(bytes),
    memoryBytes: BigInt(bytes),
    align: BigInt(type === PT_LOAD ? PAGE : 8),
  });
  return [
    segment(PT_LOAD, READ | EXECUTE, 0, code + codeBytes, 0),
    segment(PT_LOAD, READ | WRITE, table, end - table, PAGE),
    segment(PT_DYNAMIC, READ | WRITE, dynamic, end - dynamic, PAGE),
    // Without this a loader would make the stack of the whole process executable.
    segment(PT_GNU_STACK, READ | WRITE, 0, 0, 0),
  ];
}

function dynamicSection({ symbols, hash, relocations, strings }) {
  return [
    [DT.HASH, hash],
    [DT.SYMTAB, symbols],
    [DT.SYMENT, SYMBOL_BYTES],
    [DT.STRTAB, strings],
    [DT.STRSZ, STRINGS.length],
    [DT.RELA, relocations],
    [DT.RELASZ, IMPORTED.length * RELOCATION_BYTES],
    [DT.RELAENT, RELOCATION_BYTES],
    [DT.NULL, 0],
  ];
}

function writeSymbols(elf, { symbols, code }, codeBytes) {
  for (const name of [EXPORTED, ...IMPORTED]) {
    const at = symbols + NAMES.indexOf(name) * SYMBOL_BYTES;
    elf.writeUInt32LE(STRINGS.indexOf(`\0${name}\0`, 'latin1') + 1, at);
    elf[at + 4] = GLOBAL_FUNCTION;
    if (name !== EXPORTED) continue;
    // Any section but "undefined": nobody looks which.
    elf.writeUInt16LE(1, at + 6);
    elf.writeBigUInt64LE(BigInt(code), at + 8);
    elf.writeBigUInt64LE(BigInt(codeBytes), at + 16);
  }
}

/** One bucket, and a chain through all symbols. Number 0 is none, and ends it. */
function writeHash(elf, { hash }) {
  const chain = NAMES.map((_, index) => (index === 0 ? 0 : (index + 1) % NAMES.length));
  [1, NAMES.length, 1, ...chain].forEach((word, index) => {
    elf.writeUInt32LE(word, hash + index * 4);
  });
}

/** For each entry of the table the name whose address goes there. */
function writeRelocations(elf, { relocations, table }, globDat) {
  IMPORTED.forEach((name, index) => {
    const at = relocations + index * RELOCATION_BYTES;
    elf.writeBigUInt64LE(BigInt(table + PAGE + index * 8), at);
    elf.writeBigUInt64LE((BigInt(NAMES.indexOf(name)) << 32n) | BigInt(globDat), at + 8);
  });
}

function roundUp(value, step) {
  return Math.ceil(value / step) * step;
}
