import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deferred } from '#core';
import { createInstantClock } from '../testing/instant-clock.ts';
import { watchPluginSocket } from './plugin-socket.ts';

describe('the socket that Docker cancels a plugin with', () => {
  it('cancels when Docker closes it', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'gantry-plugin-')), 's');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const cancelled = deferred<void>();
    watchPluginSocket(path, () => cancelled.resolve(), { clock: createInstantClock() });
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.destroy();
    await cancelled.promise;
    server.close();
  });

  it('cancels when its abstract name is gone, and not before', async () => {
    const listed = 'Num RefCount\n0: 00000002 00000000 00010000 0001 01 1 @docker_cli_1\n';
    const lists = [listed, listed, 'Num RefCount\n'];
    let asked = 0;
    const cancelled = deferred<number>();
    const listSockets = async (): Promise<string> => {
      asked += 1;
      return lists[asked - 1] ?? '';
    };
    watchPluginSocket('@docker_cli_1', () => cancelled.resolve(asked), { clock: createInstantClock(), listSockets });
    expect(await cancelled.promise).toBe(3);
  });

  it('does not cancel for a name that never was there, nor when nobody watches any more', async () => {
    const polls = deferred<void>();
    let asked = 0;
    let cancelled = false;
    const onCancel = (): void => {
      cancelled = true;
    };
    const listSockets = async (): Promise<string> => {
      asked += 1;
      if (asked === 3) polls.resolve();
      return '';
    };
    const stop = watchPluginSocket('@other', onCancel, { clock: createInstantClock(), listSockets });
    await polls.promise;
    stop();
    expect(cancelled).toBe(false);
  });
});
