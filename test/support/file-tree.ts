import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  lutimesSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that goes when the tests are done. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `nestjs-backup-${purpose}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Bytes that no compression makes smaller, the same for the same seed. */
export function noise(seed: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
    createHash('sha512')
      .update(`${seed} ${String(index)}`)
      .digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** Names that are hard to keep, as bytes. */
export const HARD_NAMES: readonly Buffer[] = [
  Buffer.from('plain.txt'),
  Buffer.from('-rf'),
  Buffer.from('with space and $(touch hacked) `quotes` "double" \'single\''),
  Buffer.from('line\nfeed\ttab'),
  Buffer.from('ünïcødé 文書 😀'),
  Buffer.from([0x6e, 0x6f, 0xff, 0xfe, 0x80, 0x2e, 0x62, 0x69, 0x6e]),
  Buffer.from([0xe4, 0xf6, 0xfc]),
  Buffer.from('back\\slash*?[x]'),
  Buffer.from('x'.repeat(255)),
  Buffer.from('.hidden'),
];

/** A tree with everything that a backup has to bring back. */
export function makeHardTree(root: string): void {
  const base = Buffer.from(`${root}/`);
  const at = (name: string | Buffer): Buffer => Buffer.concat([base, Buffer.from(name)]);
  mkdirSync(root, { recursive: true });
  mkdirSync(at('names'));
  for (const name of HARD_NAMES) {
    writeFileSync(Buffer.concat([at('names/'), name]), name);
  }
  mkdirSync(at('empty'));
  mkdirSync(at('deep/er/and/deeper'), { recursive: true });
  writeFileSync(at('deep/er/and/deeper/file'), 'down here');
  writeFileSync(at('zero'), '');
  writeFileSync(at('sparse'), 'start');
  truncateSync(at('sparse'), 3 * 1024 * 1024);
  writeFileSync(at('large.bin'), noise('large', 17 * 1024 * 1024));
  writeFileSync(at('old'), 'before 1970 there was no time');
  writeFileSync(at('secret'), 'only mine');
  chmodSync(at('secret'), 0o400);
  writeFileSync(at('run.sh'), '#!/bin/sh\n');
  chmodSync(at('run.sh'), 0o4755);
  symlinkSync('deep/er', at('link'));
  symlinkSync('/nowhere/at/all', at('broken link'));
  symlinkSync(HARD_NAMES[5], at('link to bytes'));
  chmodSync(at('empty'), 0o555);
  setTimes(at('.'));
}

/** Gives each entry another time, of whole milliseconds: what Node sets is exact to a quarter of a microsecond. */
function setTimes(folder: Buffer, first = 1_577_836_800_001): number {
  let milliseconds = first;
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    if (lstatSync(path).isDirectory()) {
      milliseconds = setTimes(path, milliseconds);
    } else {
      const time = name.equals(Buffer.from('old')) ? new Date(-86_400_000) : (milliseconds += 1001) / 1000;
      lutimesSync(path, time, time);
    }
  }
  milliseconds += 1001;
  utimesSync(folder, milliseconds / 1000, milliseconds / 1000);
  return milliseconds;
}

/** Everything about a tree that has to come back, an entry a line. */
export function describeTree(root: string): string[] {
  const base = Buffer.from(root);
  const lines: string[] = [];
  const visit = (path: Buffer): void => {
    const found = lstatSync(path, { bigint: true });
    const name = path.subarray(base.length).toString('latin1');
    const mode = (found.mode & 0o7777n).toString(8);
    if (found.isSymbolicLink()) {
      lines.push(`${name} -> ${readlinkSync(path, { encoding: 'buffer' }).toString('latin1')}`);
    } else if (found.isDirectory()) {
      lines.push(`${name}/ ${mode} ${roundedTime(found.mtimeNs)}`);
      readdirSync(path, { encoding: 'buffer' })
        .sort((a, b) => a.compare(b))
        .forEach((entry) => {
          visit(Buffer.concat([path, Buffer.from('/'), entry]));
        });
    } else {
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      lines.push(`${name} ${mode} ${roundedTime(found.mtimeNs)} ${String(found.size)} ${sha256}`);
    }
  };
  visit(base);
  return lines;
}

function roundedTime(nanoseconds: bigint): string {
  return String((nanoseconds + 500n) / 1000n);
}
