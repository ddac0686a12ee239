/**
 * How packets of SSH come from ssh2 to the socket. ssh2 makes a new buffer for each, fills it, encrypts it into another
 * one and writes that in three pieces: a gigabyte has 32,768 of them, and to make and collect their buffers took a good
 * part of the processor's time of a delivery. So one buffer is filled again and again, and what is written is gathered.
 */
import { randomFillSync } from "node:crypto";
import type { Socket } from "node:net";
import type SftpClient from "ssh2-sftp-client";

/** What is known of ssh2's inside. Where it is otherwise, packets are made as ever: packets.test.ts tells. */
interface Inside {
  readonly client?: {
    readonly _protocol?: {
      /** Set while keys are exchanged: what is written meanwhile waits, each in a buffer of its own. */
      readonly _kexinit?: unknown;
      /** Makes the packets of one cipher; after an exchange of keys another one does, as ever. */
      readonly _packetRW?: { readonly write?: { alloc?: (size: number, isKex?: boolean) => Buffer } };
    };
  };
}

/** Its length, and the length of its padding (RFC 4253, 6). */
const HEAD_BYTES = 5;
/** Smaller packets are made as ever. */
const SMALLEST_BYTES = 4096;

/** The packet that is filled again. */
interface Kept {
  /** Of its content. */
  readonly size: number;
  readonly packet: Buffer;
  readonly head: Buffer;
}

/** The way of one connection. */
export class Packets {
  #kept: Kept | undefined;
  readonly #random: Buffer = Buffer.alloc(65_536);
  #randomAt = this.#random.length;

  /**
   * Takes over the writing to a socket, which gathers from now on what is written to it within one turn of the event
   * loop: without Nagle's algorithm the pieces of a packet would be system calls and segments of their own.
   */
  gather(socket: Socket): Socket {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    let isGathering = false;
    socket.write = (data: unknown, ...rest: unknown[]) => {
      if (!isGathering) {
        isGathering = true;
        socket.cork();
        process.nextTick(() => {
          isGathering = false;
          socket.uncork();
        });
      }
      return write(this.#own(data), ...rest);
    };
    return socket;
  }

  /**
   * Lets the packets of a client that is connected, over a socket of `gather()`, share their buffer.
   * @returns whether ssh2 is inside as it is known here
   */
  reuse(client: SftpClient): boolean {
    const { _protocol: protocol = {} } = (client as unknown as Inside).client ?? {};
    const { _packetRW: { write: writer } = {} } = protocol;
    if (writer?.alloc === undefined) return false;
    const make = writer.alloc.bind(writer);
    writer.alloc = (size, isKex) => {
      const { _kexinit: exchange } = protocol;
      if (size < SMALLEST_BYTES || isKex === true || exchange !== undefined) return make(size, isKex);
      const kept = this.#kept;
      if (kept?.size === size) return this.#again(kept);
      const packet = make(size);
      // The largest are the many: what is left of a request or of the window is shorter.
      if (kept === undefined || kept.size < size) {
        this.#kept = { size, packet, head: Buffer.from(packet.subarray(0, HEAD_BYTES)) };
      }
      return packet;
    };
    return true;
  }

  /** The packet as `make` gives it: some ciphers write into it. Its padding is new random bytes, as RFC 4253 asks for. */
  #again({ packet, head, size }: Kept): Buffer {
    const padding = head[HEAD_BYTES - 1] ?? 0;
    if (this.#randomAt + padding > this.#random.length) {
      randomFillSync(this.#random);
      this.#randomAt = 0;
    }
    packet.set(head);
    packet.set(this.#random.subarray(this.#randomAt, this.#randomAt + padding), HEAD_BYTES + size);
    this.#randomAt += padding;
    return packet;
  }

  /** What is written may wait: what lies in the packet, its length at least, is copied before that is filled again. */
  #own(data: unknown): unknown {
    const isOfPacket = data instanceof Uint8Array && data.buffer === this.#kept?.packet.buffer;
    return isOfPacket ? Buffer.from(data) : data;
  }
}
