import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { createMutex, writeFileAtomic, type Clock, type Log } from '#core';
import type { TlsMaterial } from './own-certificate.ts';

export type { TlsMaterial } from './own-certificate.ts';

export interface CertificateFacts {
  /** The authority that clients are to trust; undefined for files of the user. */
  readonly authorityPath: string | undefined;
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly validUntil: string;
  /** SHA-256, as browsers and openssl show it. */
  readonly fingerprint: string;
}

/** Certificates of our own making: an authority, made once, and a certificate that it signed and that is renewed in time. */
export interface Certificates {
  readonly authorityPath: string;
  /** The one for these names and addresses; made when there is none, or when it ends soon or lacks one of them. */
  ensure(names: readonly string[]): Promise<TlsMaterial>;
  /** Makes a new one in any case. */
  renew(names: readonly string[]): Promise<TlsMaterial>;
}

const dayMs = 86_400_000;
const authorityDays = 3650;
// Longer is refused by some systems, also of private authorities.
const leafDays = 365;
const renewalDays = 30;

export function createCertificates(folder: string, { clock, log }: { clock: Clock; log: Log }): Certificates {
  const file = (name: string): string => join(folder, name);
  const mutex = createMutex();

  async function readPair(name: string): Promise<TlsMaterial | undefined> {
    const texts = [`${name}.pem`, `${name}-key.pem`].map((one) => readFile(file(one), 'utf8').catch(() => undefined));
    const [cert, key] = await Promise.all(texts);
    return cert === undefined || key === undefined || !isCertificate(cert) ? undefined : { cert, key };
  }

  async function writePair(name: string, { cert, key }: TlsMaterial): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The key first: a certificate without its key would not be replaced.
    await writeFileAtomic(file(`${name}-key.pem`), key, { mode: 0o600 });
    await writeFileAtomic(file(`${name}.pem`), cert, { mode: 0o644 });
  }

  async function authority(): Promise<TlsMaterial> {
    const before = await readPair('ca');
    if (before && leftMs(before.cert, clock) > leafDays * dayMs) return before;
    const made = await generate([{ name: 'commonName', value: 'Gantry on this machine' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ...validity(clock, authorityDays),
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    const pair = { cert: made.cert, key: made.private };
    await writePair('ca', pair);
    log.info('made an authority for TLS', { path: file('ca.pem') });
    return pair;
  }

  async function make(ca: TlsMaterial, names: readonly string[]): Promise<TlsMaterial> {
    const made = await generate([{ name: 'commonName', value: 'Gantry' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ...validity(clock, leafDays),
      ca,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
        },
      ],
    });
    const pair = { cert: `${made.cert.trimEnd()}\n${ca.cert}`, key: made.private };
    await writePair('server', pair);
    log.info('made a certificate for TLS', { path: file('server.pem'), names: names.join(' ') });
    return pair;
  }

  return {
    authorityPath: file('ca.pem'),
    ensure: (names) =>
      mutex.run(async () => {
        const ca = await authority();
        const before = await readPair('server');
        return before && serves(before, { ca, names, clock }) ? before : await make(ca, names);
      }),
    renew: (names) => mutex.run(async () => await make(await authority(), names)),
  };
}

/** What a certificate says about itself. */
export function certificateFacts(cert: string, authorityPath: string | undefined): CertificateFacts {
  const { subjectAltName, validTo, fingerprint256 } = new X509Certificate(cert);
  return {
    authorityPath,
    names: (subjectAltName ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '')),
    validUntil: new Date(validTo).toISOString(),
    fingerprint: fingerprint256,
  };
}

function serves(
  { cert, key }: TlsMaterial,
  { ca, names, clock }: { ca: TlsMaterial; names: readonly string[]; clock: Clock },
): boolean {
  const leaf = new X509Certificate(cert);
  return (
    key !== '' &&
    leftMs(cert, clock) > renewalDays * dayMs &&
    leaf.verify(new X509Certificate(ca.cert).publicKey) &&
    names.every((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined)
  );
}

function leftMs(cert: string, clock: Clock): number {
  return Date.parse(new X509Certificate(cert).validTo) - clock.now();
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== '';
  } catch {
    return false;
  }
}

/** From yesterday, for clients whose clock is behind. */
function validity(clock: Clock, days: number): { notBeforeDate: Date; notAfterDate: Date } {
  return { notBeforeDate: new Date(clock.now() - dayMs), notAfterDate: new Date(clock.now() + days * dayMs) };
}
