/** Lines that are put together from parts of other memory. */
import { Buffer } from "node:buffer";

/** Bytes that are to be copied again and again. */
export interface Part {
  /** With four bytes behind it, since it is copied in words. */
  readonly view: DataView;
  readonly start: number;
  readonly length: number;
}

/** `text` as bytes that are copied again and again. */
export function partOf(text: string): Part {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc(length + 4);
  bytes.write(text);
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start: 0, length };
}

/** Memory for lines. Room has to be asked for before something is put into it, but for texts. */
export class LineBuffer {
  bytes: Buffer;
  size = 0;
  #view: DataView;

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes);
    this.#view = viewOf(this.bytes);
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    // Words are copied, of which the last may go over the end.
    const wanted = this.size + bytes + 4;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.size);
    this.bytes = larger;
    this.#view = viewOf(larger);
  }

  /** Copies what stands between two places, behind which there are three bytes more. */
  copy(from: DataView, start: number, end: number): void {
    const view = this.#view;
    // Short pieces: in words this is several times as fast as a call for each.
    let to = this.size;
    for (let at = start; at < end; at += 4, to += 4) view.setInt32(to, from.getInt32(at, true), true);
    this.size += end - start;
  }

  part({ view, start, length }: Part): void {
    this.copy(view, start, start + length);
  }

  byte(byte: number): void {
    this.#view.setUint8(this.size, byte);
    this.size += 1;
  }

  /** Makes room for itself, and keeps what was asked for behind it. */
  text(text: string, reserved: number): void {
    const length = Buffer.byteLength(text);
    this.reserve(length + reserved);
    this.bytes.write(text, this.size);
    this.size += length;
  }
}

export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
