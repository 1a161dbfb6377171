import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** Bytes asked of the system at a time. */
const READ_BYTES = 256 * 1024;
const HEADER_BYTES = 4;
/** A payload of this length is continued in the next packet, and the parser keeps the parts until the last one. */
const FULL_PAYLOAD = 0xff_ffff;

/**
 * A socket to a database server that reads into one buffer for good, and emits `data` with whole protocol packets only.
 * An ordinary socket makes a buffer for each read, which the garbage collector does not hurry to free, and mysql2
 * copies each packet that is cut in two.
 */
export class PacketSocket {
  readonly socket: Socket;
  private readonly packets = new PacketBuffer((data) => this.socket.emit('data', data));

  constructor(options: NetConnectOpts) {
    this.socket = connect({
      ...options,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (bytes, buffer) => {
          this.packets.push(buffer.subarray(0, bytes));
          return true;
        },
      },
    });
  }

  /**
   * While on, the bytes of a `data` event are valid only during the event. mysql2's own commands keep parts of them, so
   * it is on only while rows are streamed.
   */
  set reusesBytes(isOn: boolean) {
    this.packets.reusesBytes = isOn;
  }

  /**
   * To be on while the socket is paused: the bytes of the last `data` event stay until it reads again. mysql2 keeps the
   * packets that a paused connection has not handed on, and hands them on before it lets the socket read.
   */
  set keepsBytes(isOn: boolean) {
    this.packets.keepsBytes = isOn;
  }
}

/** Gathers bytes until packets are whole. */
export class PacketBuffer {
  reusesBytes = false;
  keepsBytes = false;
  private buffer = Buffer.allocUnsafeSlow(2 * READ_BYTES);
  /** Takes turns with the buffer, whose packets may still be read when the socket is paused. */
  private spare = Buffer.alloc(0);
  private length = 0;

  constructor(private readonly emit: (packets: Buffer) => void) {}

  push(chunk: Uint8Array): void {
    this.append(chunk);
    const { end, isContinued } = wholePackets(this.buffer, this.length);
    if (end === 0) {
      return;
    }
    const packets = this.buffer.subarray(0, end);
    // the parser keeps the parts of a payload that goes on in the next packet
    this.emit(this.reusesBytes && !isContinued ? packets : Buffer.from(packets));
    this.discard(end);
  }

  private discard(end: number): void {
    if (this.keepsBytes) {
      const kept = this.buffer;
      this.buffer = this.spare.length < kept.length ? Buffer.allocUnsafeSlow(kept.length) : this.spare;
      this.spare = kept;
      kept.copy(this.buffer, 0, end, this.length);
    } else {
      this.buffer.copyWithin(0, end, this.length);
    }
    this.length -= end;
  }

  private append(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + chunk.length));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.length);
    this.length += chunk.length;
  }
}

/** Where the last whole packet ends, and whether one of them is part of a longer payload. */
function wholePackets(buffer: Buffer, length: number): { end: number; isContinued: boolean } {
  let end = 0;
  let isContinued = false;
  while (end + HEADER_BYTES <= length) {
    const payload = buffer[end] | (buffer[end + 1] << 8) | (buffer[end + 2] << 16);
    const next = end + HEADER_BYTES + payload;
    if (next > length) {
      break;
    }
    isContinued ||= payload === FULL_PAYLOAD;
    end = next;
  }
  return { end, isContinued };
}
