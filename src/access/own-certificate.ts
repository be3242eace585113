import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError, errorCodeOf, type Clock } from '#core';

/** What a TLS server needs, in PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** Files of the user, checked: an error here is better than clients that all fail. @throws AppError `settings.invalid` */
export async function readOwnCertificate(
  { certificate, key }: { certificate: string; key: string },
  clock: Clock,
): Promise<TlsMaterial> {
  const [certText, keyText] = [await readPem(certificate), await readPem(key)];
  const leaf = parsed(certificate, () => new X509Certificate(certText));
  const privateKey: KeyObject = parsed(key, () => createPrivateKey(keyText));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw invalid(certificate, `${key} is not the key of this certificate`);
  }
  if (Date.parse(leaf.validTo) <= clock.now()) throw invalid(certificate, `it expired on ${leaf.validTo}`);
  if (Date.parse(leaf.validFrom) > clock.now()) throw invalid(certificate, `it is valid only from ${leaf.validFrom}`);
  return { cert: certText, key: keyText };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw invalid(path, `it cannot be read (${errorCodeOf(error) ?? 'unknown'})`);
  }
}

function parsed<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw invalid(path, 'it is not in PEM, or is encrypted');
  }
}

function invalid(path: string, reason: string): AppError {
  return new AppError('settings.invalid', `${path} cannot be used for TLS: ${reason}.`, {
    hint: 'Set server.tls.certificate and server.tls.key to a pair in PEM, or unset both to have one made.',
    params: { reason: 'tls', path, detail: reason },
  });
}
