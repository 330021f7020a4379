/** Numbers as bits, most significant first, and the Rice code for gaps and run lengths. All values are below 2^32. */
import { MailyardError } from '../errors.ts';

// A quotient up to here is unary; above it an Elias gamma code takes over, so that one far outlier costs bits, not kilobytes.
const UNARY_MAX = 16;

export class BitWriter {
  #bytes = new Uint8Array(1_024);
  #bitCount = 0;

  /** The lowest `count` (<= 32) bits of `value`. */
  bits(value: number, count: number): void {
    for (let shift = count - 1; shift >= 0; shift -= 1) this.bit((value >>> shift) & 1);
  }

  bit(bit: number): void {
    const index = this.#bitCount >>> 3;
    if (index === this.#bytes.length) {
      const larger = new Uint8Array(index * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (bit !== 0) this.#bytes[index] = (this.#bytes[index] as number) | (0x80 >>> (this.#bitCount & 7));
    this.#bitCount += 1;
  }

  /** `value` as quotient and remainder of 2^k. */
  rice(value: number, k: number): void {
    const quotient = value >>> k;
    for (let i = 0; i < Math.min(quotient, UNARY_MAX); i += 1) this.bit(1);
    if (quotient < UNARY_MAX) this.bit(0);
    else this.#gamma(quotient - UNARY_MAX + 1);
    this.bits(value, k);
  }

  /** Base 128, lowest group first. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.bits((rest & 0x7f) | 0x80, 8);
    this.bits(rest, 8);
  }

  /** Fills the last byte with zero bits. */
  align(): void {
    this.#bitCount = (this.#bitCount + 7) & ~7;
  }

  bytes(): Uint8Array {
    this.align();
    return this.#bytes.slice(0, this.#bitCount >>> 3);
  }

  #gamma(value: number): void {
    const width = 31 - Math.clz32(value);
    for (let i = 0; i < width; i += 1) this.bit(1);
    this.bit(0);
    this.bits(value, width);
  }
}

/** The bits that `BitWriter.rice` writes for `value`. */
export const riceBits = (value: number, k: number): number => {
  const quotient = value >>> k;
  if (quotient < UNARY_MAX) return quotient + 1 + k;
  return UNARY_MAX + 2 * (31 - Math.clz32(quotient - UNARY_MAX + 1)) + 1 + k;
};

/** Throws `segment.corrupt` where the bytes end too early or hold what BitWriter never writes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bitIndex = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#bitIndex >= this.#bytes.length * 8;
  }

  bit(): number {
    const byte = this.#bytes[this.#bitIndex >>> 3];
    if (byte === undefined) throw corrupt('it ends too early');
    const bit = (byte >>> (7 - (this.#bitIndex & 7))) & 1;
    this.#bitIndex += 1;
    return bit;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 2 + this.bit();
    return value;
  }

  rice(k: number): number {
    let quotient = 0;
    while (quotient < UNARY_MAX && this.bit() === 1) quotient += 1;
    if (quotient === UNARY_MAX) quotient += this.#gamma() - 1;
    return below32(quotient * 2 ** k + this.bits(k));
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.bits(8);
      value += (byte & 0x7f) * scale;
      if (byte > 0x7f) continue;
      if (byte === 0 && scale > 1) throw corrupt('a number has leading zeros');
      return below32(value);
    }
    throw corrupt('a number is too large');
  }

  align(): void {
    while ((this.#bitIndex & 7) !== 0) if (this.bit() === 1) throw corrupt('padding is not zero');
  }

  take(byteCount: number): Uint8Array {
    const from = this.#bitIndex >>> 3;
    if (byteCount > this.#bytes.length - from) throw corrupt('it ends too early');
    this.#bitIndex += byteCount * 8;
    return this.#bytes.subarray(from, from + byteCount);
  }

  /** Any width: what is too wide comes out too large, and callers refuse that. */
  #gamma(): number {
    let width = 0;
    while (this.bit() === 1) width += 1;
    return 2 ** width + this.bits(width);
  }
}

export const corrupt = (why: string): MailyardError =>
  new MailyardError('segment.corrupt', `a segment is corrupt: ${why}`);

const below32 = (value: number): number => {
  if (value > 0xffffffff) throw corrupt('a number is too large');
  return value;
};
