// Reads and changes a 64-bit little-endian ELF file that is held in a Buffer. Source: elf(5).

export const [PT_LOAD, PT_DYNAMIC, PT_NOTE, PT_GNU_STACK] = [1, 2, 4, 0x6474e551];
/** Of a dynamic section: what each number is about. */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  DEBUG: 21,
  RUNPATH: 29,
  RELRSZ: 35,
  RELR: 36,
  RELRENT: 37,
};
const DYNAMIC_BYTES = 16;

export function isElf(content) {
  return content.subarray(0, 6).toString('latin1') === '\x7fELF\x02\x01';
}

/** The segments: where their headers are, and what these say. */
export function programHeaders(elf) {
  const [start, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      at,
      type: elf.readUInt32LE(at),
      flags: elf.readUInt32LE(at + 4),
      offset: elf.readBigUInt64LE(at + 8),
      address: elf.readBigUInt64LE(at + 16),
      fileBytes: elf.readBigUInt64LE(at + 32),
      memoryBytes: elf.readBigUInt64LE(at + 40),
      align: elf.readBigUInt64LE(at + 48),
    };
  });
}

export function writeProgramHeader(elf, { at, type, flags, offset, address, fileBytes, memoryBytes, align }) {
  elf.writeUInt32LE(type, at);
  elf.writeUInt32LE(flags, at + 4);
  [offset, address, address, fileBytes, memoryBytes, align].forEach((value, index) => {
    elf.writeBigUInt64LE(value, at + 8 + index * 8);
  });
}

/** The dynamic section, in order and without its end: `{tag, value: BigInt}`. */
export function dynamicEntries(elf) {
  const { offset, fileBytes } = dynamicSegment(elf);
  const entries = [];
  for (let at = Number(offset); at < Number(offset + fileBytes); at += DYNAMIC_BYTES) {
    const tag = Number(elf.readBigUInt64LE(at));
    if (tag === DT.NULL) break;
    entries.push({ tag, value: elf.readBigUInt64LE(at + 8) });
  }
  return entries;
}

/** Writes them in place of what is there. Throws when they are more. */
export function writeDynamicEntries(elf, entries) {
  const { offset, fileBytes } = dynamicSegment(elf);
  if (BigInt((entries.length + 1) * DYNAMIC_BYTES) > fileBytes)
    throw new Error('Expected room in the dynamic section, found none');
  elf.fill(0, Number(offset), Number(offset + fileBytes));
  entries.forEach(({ tag, value }, index) => {
    elf.writeBigUInt64LE(BigInt(tag), Number(offset) + index * DYNAMIC_BYTES);
    elf.writeBigUInt64LE(value, Number(offset) + index * DYNAMIC_BYTES + 8);
  });
}

function dynamicSegment(elf) {
  const found = programHeaders(elf).find(({ type }) => type === PT_DYNAMIC);
  if (found === undefined) throw new Error('Expected an ELF file that is linked dynamically');
  return found;
}

/** Where in the file that is what is at `address` in memory. */
export function offsetOf(elf, address) {
  const load = programHeaders(elf).find(
    (each) => each.type === PT_LOAD && address >= each.address && address < each.address + each.fileBytes,
  );
  if (load === undefined) throw new Error(`Expected a segment at address ${address}, found none`);
  return Number(address - load.address + load.offset);
}

/** Makes the last segment longer by `bytes`, with which the new file ends: `{elf, address, offset}`. */
export function appendToLastSegment(elf, bytes) {
  const loads = programHeaders(elf).filter(({ type }) => type === PT_LOAD);
  const last = loads.reduce((a, b) => (b.address > a.address ? b : a));
  const end = last.offset + last.fileBytes;
  if (last.fileBytes !== last.memoryBytes || loads.some((each) => each.offset > last.offset))
    throw new Error('Expected the last segment to be the last in file and memory, without zeros after it');
  const offset = roundUp(BigInt(elf.length) > end ? BigInt(elf.length) : end, 16n);
  const size = offset + BigInt(bytes.length) - last.offset;
  const longer = Buffer.concat([elf, Buffer.alloc(Number(offset) - elf.length), bytes]);
  writeProgramHeader(longer, { ...last, fileBytes: size, memoryBytes: size });
  return { elf: longer, address: last.address + offset - last.offset, offset };
}

/** The sections: where their headers are, and what these say. None in a file without. */
export function sectionHeaders(elf) {
  const [start, size, count] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(58), elf.readUInt16LE(60)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      at,
      type: elf.readUInt32LE(at + 4),
      address: elf.readBigUInt64LE(at + 16),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      bytes: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
    };
  });
}

/** For readers that go by sections: says of that at `address` where it is now. A file without sections stays as it is. */
export function moveSection(elf, address, to) {
  for (const section of sectionHeaders(elf)) {
    if (section.address !== address || section.bytes === 0) continue;
    elf.writeBigUInt64LE(to.address, section.at + 16);
    elf.writeBigUInt64LE(to.offset, section.at + 24);
    elf.writeBigUInt64LE(to.size, section.at + 32);
  }
}

export function roundUp(value, step) {
  return ((value + step - 1n) / step) * step;
}
