import { PacketBuffer } from './packet-socket.js';

function packet(byte: number, length: number): Buffer {
  return Buffer.concat([Buffer.from([length & 0xff, length >> 8, 0, 0]), Buffer.alloc(length, byte)]);
}

describe('PacketBuffer', () => {
  it('leaves alone what was handed on while it keeps bytes, which is what a paused connection still has to read', () => {
    const handedOn: Buffer[] = [];
    const buffer = new PacketBuffer((packets) => handedOn.push(packets));
    buffer.reusesBytes = true;
    buffer.keepsBytes = true;
    // one whole packet, and half of a longer one
    const next = packet(2, 2000);
    buffer.push(Buffer.concat([packet(1, 100), next.subarray(0, 1500)]));
    buffer.push(next.subarray(1500));
    buffer.push(packet(3, 100));
    expect(handedOn).toEqual([packet(1, 100), next, packet(3, 100)]);
  });
});
