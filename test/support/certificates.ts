import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A key, and a certificate that it has signed itself: PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** @param names as they stand in a certificate: `DNS:mail.example.org`, `IP:127.0.0.1` */
export async function selfSigned(names: string): Promise<SelfSigned> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
