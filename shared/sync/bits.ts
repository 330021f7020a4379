/** Numbers as bits, most significant first, and the Rice code for gaps and run lengths. All values are below 2^32. */
import { MailyardError } from '../errors.ts';

// A quotient up to here is unary; above it an Elias gamma code takes over, so that one far outlier costs bits, not kilobytes.
const UNARY_MAX = 16;
const ALL_ONES = 0xffffffff;

export class BitWriter {
  #bytes = new Uint8Array(1_024);
  #bitCount = 0;

  /** The lowest `count` (<= 32) bits of `value`. */
  bits(value: number, count: number): void {
    this.#reserve(count);
    for (let left = count; left > 0; ) {
      const free = 8 - (this.#bitCount & 7);
      const taken = Math.min(free, left);
      left -= taken;
      const piece = (value >>> left) & ((1 << taken) - 1);
      const index = this.#bitCount >>> 3;
      this.#bytes[index] = (this.#bytes[index] as number) | (piece << (free - taken));
      this.#bitCount += taken;
    }
  }

  /** The same bit `length` times. */
  run(bit: number, length: number): void {
    for (let left = length; left > 0; left -= 32) this.bits(bit === 0 ? 0 : ALL_ONES, Math.min(left, 32));
  }

  /** `value` as quotient and remainder of 2^k. */
  rice(value: number, k: number): void {
    const quotient = value >>> k;
    // As many ones as the quotient says, and a zero behind them.
    if (quotient < UNARY_MAX) this.bits((1 << (quotient + 1)) - 2, quotient + 1);
    else {
      this.run(1, UNARY_MAX);
      this.#gamma(quotient - UNARY_MAX + 1);
    }
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
    this.run(1, width);
    this.bits(0, 1);
    this.bits(value, width);
  }

  #reserve(bitCount: number): void {
    if ((this.#bitCount + bitCount) >>> 3 < this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
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
  /** With zeros behind the end, so that 32 bits can be looked at from anywhere. */
  readonly #bytes: Uint8Array;
  readonly #bitCount: number;
  #bitIndex = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = new Uint8Array(bytes.length + 5);
    this.#bytes.set(bytes);
    this.#bitCount = bytes.length * 8;
  }

  get atEnd(): boolean {
    return this.#bitIndex >= this.#bitCount;
  }

  /** At most 32 bits. */
  bits(count: number): number {
    const window = this.#window();
    this.#pass(count);
    return count === 0 ? 0 : window >>> (32 - count);
  }

  /** How many of the next bits are the same as `bit`, at most `lengthMax`. */
  run(bit: number, lengthMax: number): number {
    let length = 0;
    while (length < lengthMax) {
      const window = this.#window();
      const same = Math.clz32(bit === 0 ? window : ~window);
      const taken = Math.min(same, lengthMax - length);
      this.#pass(taken);
      length += taken;
      if (same < 32) break;
    }
    return length;
  }

  rice(k: number): number {
    const window = this.#window();
    const ones = Math.clz32(~window);
    // The common case, all of it in these 32 bits.
    if (ones < UNARY_MAX && k < UNARY_MAX) {
      this.#pass(ones + 1 + k);
      return (ones << k) | (((window << (ones + 1)) >>> 1) >>> (31 - k));
    }
    let quotient = this.run(1, UNARY_MAX);
    if (quotient < UNARY_MAX) this.#pass(1);
    else quotient += this.#gamma() - 1;
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
    if (this.bits(-this.#bitIndex & 7) !== 0) throw corrupt('padding is not zero');
  }

  take(byteCount: number): Uint8Array {
    const from = this.#bitIndex >>> 3;
    this.#pass(byteCount * 8);
    return this.#bytes.subarray(from, from + byteCount);
  }

  #gamma(): number {
    const width = this.run(1, 32);
    if (width === 32) throw corrupt('a number is too large');
    this.#pass(1);
    return 2 ** width + this.bits(width);
  }

  /** The next 32 bits; zeros behind the end. */
  #window(): number {
    const at = this.#bitIndex >>> 3;
    const bytes = this.#bytes;
    const four =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
    const shift = this.#bitIndex & 7;
    return (four << shift) | ((bytes[at + 4] as number) >>> (8 - shift));
  }

  #pass(bitCount: number): void {
    if (bitCount > this.#bitCount - this.#bitIndex) throw corrupt('it ends too early');
    this.#bitIndex += bitCount;
  }
}

export const corrupt = (why: string): MailyardError =>
  new MailyardError('segment.corrupt', `a segment is corrupt: ${why}`);

const below32 = (value: number): number => {
  if (value > 0xffffffff) throw corrupt('a number is too large');
  return value;
};
