import { PassThrough } from 'node:stream';
import { silentLog, systemClock, type AppError } from '#core';
import type { OutputChunk } from '#docker';
import { expect, it } from 'vitest';
import type { RpcMessage } from '../types.ts';
import { connectServer } from './server-connection.ts';

/** A container whose output is taken piece by piece, and a client that can be slow. */
function world() {
  const pieces: string[] = [];
  const heard: RpcMessage[] = [];
  let taken = 0;
  let tellTaken: (() => void) | undefined;
  let end: () => void = () => undefined;
  const gone = new Promise<number | undefined>((resolve) => {
    end = () => resolve(0);
  });
  async function* output(): AsyncGenerator<OutputChunk> {
    for (const piece of pieces) {
      taken += 1;
      tellTaken?.();
      yield { stream: 'stdout', bytes: Buffer.from(piece) };
    }
    await gone;
  }
  let congestion: Promise<void> | undefined;
  let closed: (error: AppError | undefined) => void = () => undefined;
  const ended = new Promise<AppError | undefined>((resolve) => {
    closed = resolve;
  });
  for (let id = 1; id <= 5; id += 1) pieces.push(`{"jsonrpc":"2.0","id":${id},"result":{}}\n`);
  const connect = () =>
    connectServer(
      {
        attachment: { output: output(), input: new PassThrough(), close: () => undefined },
        gone,
        redact: (text) => text,
        kill: async () => end(),
        remove: async () => end(),
      },
      {
        server: 'script',
        events: {
          message: (message) => heard.push(message),
          congestion: () => congestion,
          log: () => undefined,
          closed,
        },
        limits: { messageBytes: 1000, unreadBytes: 1000, endMs: 10, termMs: 10 },
        clock: systemClock,
        log: silentLog,
      },
    );
  return {
    connect,
    heard,
    ended,
    end: () => end(),
    taken: () => taken,
    untilTaken: (count: number) =>
      new Promise<void>((resolve) => {
        tellTaken = () => {
          if (taken >= count) resolve();
        };
        tellTaken();
      }),
    slow: (): (() => void) => {
      let relieve: () => void = () => undefined;
      congestion = new Promise((resolve) => {
        relieve = resolve;
      });
      return () => {
        congestion = undefined;
        relieve();
      };
    },
  };
}

it('reads nothing more while the client is behind, and everything once it is not', async () => {
  const { connect, heard, slow, taken, untilTaken, end, ended } = world();
  const relieve = slow();
  connect();
  await untilTaken(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect([taken(), heard.length]).toEqual([1, 1]);
  relieve();
  await untilTaken(5);
  end();
  await ended;
  expect(heard.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});

it.each(['closes it', 'ends by itself'])(
  'is read to its end when somebody %s while the client is behind',
  async (how) => {
    const { connect, heard, slow, untilTaken, end, ended } = world();
    slow();
    const connection = connect();
    await untilTaken(1);
    if (how === 'closes it') await connection.close();
    else end();
    await ended;
    expect(heard.length).toBe(5);
  },
);
