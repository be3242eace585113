// A process of its own: the real API in front of an upstream that answers at once. Prints its port.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openKeys } from '#access';
import { createApi } from '#api';
import { createLogger, silentLog, systemClock } from '#core';
import { createMetrics, createRecorder, createRequestStore } from '#observe';
import { openSettings } from '#settings';
import { fakeAccess } from '../src/api/testing/fake-access.ts';
import { fakeInference, fakeModels, fakeRelay, fakeRuntimes } from '../src/api/testing/fake-ports.ts';

const [socket = '', directory = ''] = process.argv.slice(2);

const inference = fakeInference();
inference.socket = socket;
inference.acquire = ((acquire) => async (options) => {
  // What the fake keeps for tests would grow here.
  inference.acquired.length = 0;
  return await acquire(options);
})(inference.acquire.bind(inference));

const settings = await openSettings(join(directory, 'settings.yaml'));
const api = createApi({
  // Requests are recorded and counted, as in a real daemon.
  metrics: createMetrics(),
  recorder: createRecorder({
    store: createRequestStore(join(directory, 'requests')),
    recording: () => settings.current().requests.record,
    log: silentLog,
  }),
  inference,
  models: fakeModels(),
  runtimes: fakeRuntimes(),
  relay: fakeRelay(),
  settings,
  access: fakeAccess(await openKeys(join(directory, 'keys.json'), { clock: systemClock, log: silentLog })),
  daemon: {
    pid: process.pid,
    home: directory,
    startedAt: new Date().toISOString(),
    addresses: () => [],
    memory: () => ({ budgetBytes: 0, usedBytes: 0 }),
    stopping: new AbortController().signal,
    stop: () => undefined,
    runtimesDiskUsage: async () => 0,
  },
  version: '0.0.0',
  // The log writes to disk as in a real daemon.
  log: createLogger({ directory, level: 'info', maxBytes: 10_000_000, maxFiles: 2, clock: systemClock }),
  clock: systemClock,
});

const server = createServer(api.listener('tcp'));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
