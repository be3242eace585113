import { systemClock, silentLog, parseDigest } from '#core';
import { createCredentials, createHttpClient, createOciRegistry, createTransfer, parseReference } from '#registry';

/** Pulls one blob in a process of its own, and kills that process like `kill -9` once so many new bytes are on disk. */
export interface TransferChildOptions {
  readonly reference: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly destination: string;
  readonly partial: string;
  readonly killAfterBytes?: number | undefined;
}

const options = JSON.parse(process.argv[2] ?? '') as TransferChildOptions;
const http = createHttpClient({ env: {}, clock: systemClock });
const registry = createOciRegistry({
  http,
  credentials: createCredentials({ dockerConfigDir: '/nonexistent', env: {} }),
  mirrors: () => [],
  insecureRegistries: () => [],
  log: silentLog,
});
const digest = parseDigest(options.digest);
const descriptor = { mediaType: 'application/octet-stream', digest, size: options.sizeBytes };
let firstBytes: number | undefined;
const result = await createTransfer({ clock: systemClock, log: silentLog })(
  registry.blob(parseReference(options.reference), descriptor),
  {
    destination: options.destination,
    partial: options.partial,
    expected: { digest, sizeBytes: options.sizeBytes },
    signal: new AbortController().signal,
    onProgress(receivedBytes) {
      firstBytes ??= receivedBytes;
      if (receivedBytes - firstBytes >= (options.killAfterBytes ?? Infinity)) process.kill(process.pid, 'SIGKILL');
    },
  },
);
process.stdout.write(JSON.stringify(result));
await http.close();
