/** Cuts what the server sends into responses, wherever the network cut it; an unfinished one waits for its rest. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { CR, LF, STAR } from './ascii.ts';
import { type TakeRow, takePlainRow } from './plain-row.ts';
import { isText } from './response.ts';
import { literalBefore } from './tokens.ts';

export type ResponseSink = {
  /** Of plain FETCH rows, which are responses like all others where it is left out. */
  readonly row?: TakeRow;
  /** A whole response with its literals, without its line end; the bytes are good during the call only. */
  readonly response: (bytes: Buffer, from: number, to: number) => void;
  readonly literalBytesMax?: number;
  readonly responseBytesMax?: number;
};

const CARRY_BYTES_KEPT = 262_144;

/**
 * The returned function takes the bytes as they come. It throws `imap.refused` when a response is larger than we hold, and
 * what the sink throws; it is not to be called again then.
 */
export const responseStream = (sink: ResponseSink): ((chunk: Buffer) => void) => {
  const { literalBytesMax = LIMITS.bulkLiteralBytesMax, responseBytesMax = LIMITS.bulkResponseBytesMax } = sink;
  let carry = Buffer.alloc(0);
  let carried = 0;
  /** Of the response under way: where the line after its last literal starts, and up to where no line end was found. */
  let lineFrom = 0;
  let looked = 0;

  const keep = (bytes: Buffer, from: number): void => {
    const size = bytes.length - from;
    refuseBeyond(Math.max(size, looked - from), responseBytesMax, 'response');
    looked -= from;
    lineFrom -= from;
    if (size === 0 && carry.length > CARRY_BYTES_KEPT) carry = Buffer.alloc(0);
    if (carry.length < size) carry = Buffer.allocUnsafe(Math.max(size, 4_096));
    bytes.copy(carry, 0, from);
    carried = size;
  };

  const withCarried = (chunk: Buffer): Buffer => {
    const size = carried + chunk.length;
    if (carry.length < size) {
      const larger = Buffer.allocUnsafe(Math.max(size, carry.length * 2));
      carry.copy(larger, 0, 0, carried);
      carry = larger;
    }
    chunk.copy(carry, carried);
    return carry.subarray(0, size);
  };

  /** The index of the LF that ends the response at `at`; -1 when that is still to come. */
  const responseEnd = (bytes: Buffer, at: number): number => {
    for (;;) {
      const lf = looked >= bytes.length ? -1 : bytes.indexOf(LF, looked);
      if (lf < 0) {
        looked = Math.max(looked, bytes.length);
        return -1;
      }
      const literal = literalBefore(bytes, lf, lineFrom);
      if (literal === undefined || isText(bytes, at, lf)) return lf;
      refuseBeyond(literal.size, literalBytesMax, 'literal');
      lineFrom = literal.bytesFrom + literal.size;
      looked = lineFrom;
    }
  };

  return (chunk) => {
    const bytes = carried === 0 ? chunk : withCarried(chunk);
    let at = 0;
    // Only what is new can hold the line end that is waited for: a long line is never looked through twice.
    const newLf = chunk.lastIndexOf(LF);
    const lastLf = newLf < 0 ? -1 : bytes.length - chunk.length + newLf;
    while (at <= lastLf) {
      // Behind a literal it is no plain row any more.
      const isPlain = sink.row !== undefined && lineFrom === at && bytes[at] === STAR;
      const next = isPlain ? takePlainRow(bytes, at, sink.row) : 0;
      if (next > 0) at = next;
      else {
        const lf = responseEnd(bytes, at);
        if (lf < 0) break;
        sink.response(bytes, at, lf > at && bytes[lf - 1] === CR ? lf - 1 : lf);
        at = lf + 1;
      }
      lineFrom = at;
      looked = at;
    }
    if (lastLf < at) looked = Math.max(looked, bytes.length);
    keep(bytes, at);
  };
};

const refuseBeyond = (size: number, max: number, what: string): void => {
  if (size > max) throw new MailyardError('imap.refused', `the mail server sent a ${what} of more than ${max} bytes`);
};
