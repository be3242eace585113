import { networkInterfaces } from 'node:os';
import {
  certificateFacts,
  createCertificates,
  readOwnCertificate,
  type CertificateFacts,
  type TlsMaterial,
} from '#access';
import { AppError, type Clock, type Log } from '#core';
import type { Settings } from '#settings';
import { isWildcard } from './listen-plan.ts';

export interface TlsOptions {
  readonly folder: string;
  readonly hostName: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly server: () => Settings['server'];
}

/** The certificate in force: the user's own files, or one that is made. */
export interface Tls {
  /** @throws AppError `settings.invalid` */
  material(): Promise<TlsMaterial>;
  facts(): Promise<CertificateFacts>;
  /** @throws AppError `request.invalid` where the files are the user's own */
  renew(): Promise<void>;
}

export function createTls({ folder, hostName, clock, log, server }: TlsOptions): Tls {
  const certificates = createCertificates(folder, { clock, log });
  const own = (): { certificate: string; key: string } | undefined => {
    const { certificate, key } = server().tls;
    return certificate === undefined || key === undefined ? undefined : { certificate, key };
  };
  const names = (): readonly string[] => namesOf(server(), hostName);
  const material = async (): Promise<TlsMaterial> => {
    const files = own();
    return files ? await readOwnCertificate(files, clock) : await certificates.ensure(names());
  };
  return {
    material,
    async facts() {
      const { cert } = await material();
      return certificateFacts(cert, own() ? undefined : certificates.authorityPath);
    },
    async renew() {
      const files = own();
      if (files) {
        throw new AppError('request.invalid', 'The certificate is in files of yours, which Gantry does not renew.', {
          hint: `Replace ${files.certificate}; it is taken up by itself.`,
          params: { reason: 'tls_own_files', path: files.certificate },
        });
      }
      await certificates.renew(names());
    },
  };
}

const watchMs = 60_000;

export interface CertificateWatch {
  stop(): void;
}

/** Takes up, within a minute, files that were replaced and certificates that were renewed in time. */
export function watchCertificate(
  refresh: () => Promise<void>,
  { clock, log }: { clock: Clock; log: Log },
): CertificateWatch {
  let cancel: (() => void) | undefined;
  const next = (): void => {
    cancel = clock.schedule(watchMs, () => {
      refresh()
        .catch((error: unknown) => log.warn('the certificate stays as it was', { error }))
        .finally(next);
    });
  };
  next();
  return { stop: () => cancel?.() };
}

/** Every name under which clients reach this machine. */
function namesOf({ host, listen, allowedHosts }: Settings['server'], hostName: string): readonly string[] {
  const hosts = [host, ...listen];
  const all = hosts.some(isWildcard) ? addressesOfMachine() : [];
  const named = ['localhost', hostName, 'model-runner.docker.internal', 'host.docker.internal', ...allowedHosts];
  const addresses = ['127.0.0.1', '::1', ...hosts.filter((one) => !isWildcard(one)), ...all];
  // Other names are none that a certificate can hold.
  return [...new Set([...named, ...addresses].map((name) => name.toLowerCase()))].filter((name) =>
    /^(?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+)$/.test(name),
  );
}

function addressesOfMachine(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
}
