/** The little of bun that the single-file executable uses beyond Node's own modules. */
declare module 'bun:ffi' {
  type Pointer = number & { readonly __pointer: unique symbol };
  type Type = 'int' | 'i64' | 'u64' | 'ptr' | 'void';

  export const read: {
    u8(address: Pointer, offset: number): number;
    i32(address: Pointer, offset: number): number;
    u64(address: Pointer, offset: number): bigint;
  };
  export function toArrayBuffer(address: Pointer, offset: number, length: number): ArrayBuffer;
  /** Of the first byte; good as long as `bytes` is reachable. */
  export function ptr(bytes: NodeJS.TypedArray): Pointer;
  export function dlopen<Names extends string>(
    path: string,
    symbols: Record<Names, { readonly args: readonly Type[]; readonly returns: Type }>,
  ): { readonly symbols: Record<Names, (...args: readonly (number | bigint | Pointer | null)[]) => number> };
}

declare const Bun: {
  readonly unsafe: {
    /** How many times more reluctant than usual the engine is to compile; from 1. */
    setJITPolicy(scale: number): void;
  };
  /** Collects garbage, now when `isSync`. */
  gc(isSync: boolean): number;
  /** Gives free memory of the heap back to the system. */
  shrink(): void;
  file(descriptor: number): {
    stream(): import('node:stream/web').ReadableStream<Uint8Array>;
    writer(): {
      write(bytes: Uint8Array): number | Promise<number>;
      flush(): number | Promise<number>;
    };
  };
};
