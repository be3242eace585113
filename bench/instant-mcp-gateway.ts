import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock } from '#core';
import { createDirectPool, createGateway, createManifestStore, startHttpServer } from '#mcp';
import { createProcessLauncher, processServer } from '#testing';

// A gateway in a process of its own before a server that answers at once; says its port, and its memory when asked.
const server = fileURLToPath(new URL('../tests/children/conformance-server.js', import.meta.url));
const gateway = createGateway({
  source: {
    load: () => Promise.resolve([processServer('instant', [process.execPath, server])]),
    watch: () => () => undefined,
  },
  launcher: createProcessLauncher(),
  pool: createDirectPool({ onCloseFailed: (error) => console.error(error.message) }),
  manifests: createManifestStore(mkdtempSync(join(tmpdir(), 'gantry-bench-mcp-')), { log: silentLog }),
  steps: [],
  tools: [],
  reservedTools: [],
  toolPatterns: undefined,
  longLived: true,
  watch: false,
  clock: systemClock,
  log: silentLog,
});
await gateway.start();
const http = await startHttpServer({
  gateway,
  kind: 'streaming',
  host: '127.0.0.1',
  port: 0,
  access: { token: 'bench', allowedHosts: [] },
  clock: systemClock,
  log: silentLog,
  maxMessageBytes: 16 * 1_048_576,
});
process.send?.({ port: http.port });
process.on('message', () => process.send?.({ rssBytes: process.memoryUsage().rss }));
process.on('disconnect', () => {
  void gateway.close().then(() => process.exit(0));
});
