import { PacketBuffer } from './packet-socket.js';

function packet(byte: number, length: number): Buffer {
  return Buffer.concat([Buffer.from([length & 0xff, length >> 8, 0, 0]), Buffer.alloc(length, byte)]);
}

describe('PacketBuffer', () => {
  it('leaves alone what a paused connection still has to read', () => {
    const handedOn: Buffer[] = [];
    const buffer = pausedBuffer(handedOn);
    // one whole packet, and half of a longer one
    const next = packet(2, 2000);
    buffer.push(Buffer.concat([packet(1, 100), next.subarray(0, 1500)]));
    buffer.push(next.subarray(1500));
    expect(handedOn).toEqual([packet(1, 100), next]);
  });

  it('takes no more memory with each pause', () => {
    const handedOn: Buffer[] = [];
    const buffer = pausedBuffer(handedOn);
    for (let pauses = 0; pauses < 10; pauses += 1) {
      buffer.push(packet(pauses, 100));
    }
    expect(new Set(handedOn.map((packets) => packets.buffer)).size).toBe(2);
  });
});

/** Of a connection that is paused each time it is given something. */
function pausedBuffer(handedOn: Buffer[]): PacketBuffer {
  const buffer = new PacketBuffer((packets) => handedOn.push(packets));
  buffer.reusesBytes = true;
  buffer.keepsBytes = true;
  return buffer;
}
