import { createContext, Script } from 'node:vm';
import { createRequire } from 'node:module';
import { connect as tlsConnect } from 'node:tls';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyProgram } from './proxy-program.ts';

interface Entry {
  readonly host: string;
  readonly port: number;
}
interface Question {
  readonly name: string;
  readonly type: number;
  readonly end: number;
}
interface Program {
  readonly answerTo: (query: Buffer, question: Question, address: string | undefined) => Buffer;
  readonly find: (allow: readonly Entry[], host: string, port: number) => Entry | undefined;
  readonly hostsIn: (text: string) => Map<string, readonly string[]>;
  readonly isReachable: (address: string, entry: { host: string }, subnets: readonly [string, number][]) => boolean;
  readonly outwardOf: (table: string) => string | undefined;
  readonly means: (pattern: string, host: string) => boolean;
  readonly questionOf: (bytes: Buffer) => Question | undefined;
  readonly serverNameOf: (bytes: Buffer) => string | null | undefined;
}

/** The program as a module: without an order it only says what it is made of. */
function load(): Program {
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  new Script(proxyProgram).runInContext(createContext({ module, require, Buffer, process: { env: {} }, URL }));
  return module.exports as Program;
}

const { answerTo, find, hostsIn, isReachable, means, outwardOf, questionOf, serverNameOf } = load();

/** What a client of TLS says first. */
async function helloOf(servername: string | undefined): Promise<Buffer> {
  return await new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write(chunk: Buffer) {
        resolve(chunk);
      },
    });
    const socket = tlsConnect({ socket: wire, ...(servername !== undefined && { servername }), ALPNProtocols: ['h2'] });
    socket.on('error', () => undefined);
  });
}

describe('the name in a TLS greeting', () => {
  it('is read from what a real client says, once enough of it is here', async () => {
    const hello = await helloOf('api.example.com');
    expect(serverNameOf(hello)).toBe('api.example.com');
    for (let size = 0; size < hello.length; size++) expect(serverNameOf(hello.subarray(0, size))).toBeUndefined();
  });

  it('is read across records', async () => {
    const hello = await helloOf('api.example.com');
    const body = hello.subarray(5);
    const record = (part: Buffer): Buffer =>
      Buffer.concat([Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 255]), part]);
    expect(serverNameOf(Buffer.concat([record(body.subarray(0, 60)), record(body.subarray(60))]))).toBe(
      'api.example.com',
    );
  });

  it('is none where there is none, and in what only looks like a greeting', async () => {
    expect(serverNameOf(await helloOf(undefined))).toBeNull();
    expect(serverNameOf(Buffer.from('GET / HTTP/1.1\r\n'))).toBeNull();
  });

  it('is never made up, nor fails, whatever the bytes', async () => {
    const hello = await helloOf('api.example.com');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(hello);
        for (const [at, value] of changes) bytes[at] = value;
        const name = serverNameOf(bytes);
        if (typeof name === 'string') expect(name).toMatch(/^[a-z0-9_.-]+$/);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => serverNameOf(Buffer.from([0x16, 3, 1, ...bytes]))).not.toThrow();
      }),
    );
  });
});

describe('an allowed host', () => {
  it.each([
    ['a.org', 'a.org', true],
    ['a.org', 'b.a.org', false],
    ['*.a.org', 'b.a.org', true],
    ['*.a.org', 'a.org', false],
    ['*.a.org', 'evila.org', false],
    ['*.a.org', '.a.org', false],
    ['*', 'whatever', true],
  ])('%s means %s: %s', (pattern, host, wanted) => {
    expect(means(pattern, host)).toBe(wanted);
  });

  it('is found by its port, in any spelling', () => {
    const allow = [
      { host: '*', port: 80 },
      { host: 'a.org', port: 443 },
    ];
    expect(find(allow, 'A.ORG.', 443)).toBe(allow[1]);
    expect(find(allow, 'a.org', 80)).toBe(allow[0]);
    expect(find(allow, 'b.org', 443)).toBeUndefined();
  });
});

describe('an address that a name led to', () => {
  const bridge: [string, number][] = [['172.17.0.3', 16]];
  it.each([
    ['93.184.216.34', 'a.org', true],
    ['127.0.0.1', 'a.org', false],
    ['169.254.169.254', 'a.org', false],
    ['0.0.0.0', 'a.org', false],
    ['172.17.0.1', 'a.org', false],
    ['10.1.2.3', 'a.org', true],
    ['10.1.2.3', '*.a.org', false],
    ['192.168.1.1', '*', false],
    ['172.17.0.1', '172.17.0.1', true],
    ['::1', 'a.org', false],
    ['fe80::1', 'a.org', false],
    ['::ffff:127.0.0.1', 'a.org', false],
    ['2606:2800::1', '*', true],
    ['fd00::1', '*.a.org', false],
  ])('%s of %s may be asked: %s', (address, host, wanted) => {
    expect(isReachable(address, { host }, bridge)).toBe(wanted);
  });
});

describe('a question for a name', () => {
  const query = (name: string, type = 1): Buffer =>
    Buffer.concat([
      Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
      ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
      Buffer.from([0, 0, type, 0, 1]),
    ]);

  it('is answered with an address, with nothing of its type, or with no such name', () => {
    const asked = query('A.org');
    const question = questionOf(asked);
    if (!question) throw new Error('it was not understood');
    expect(question).toMatchObject({ name: 'a.org', type: 1 });
    expect(answerTo(asked, question, '10.0.0.2').subarray(-4)).toEqual(Buffer.from([10, 0, 0, 2]));
    expect(answerTo(asked, question, undefined).readUInt8(3) & 15).toBe(3);
    const six = query('a.org', 28);
    const answer = answerTo(six, { ...question, type: 28 }, '10.0.0.2');
    expect([answer.readUInt8(3) & 15, answer.readUInt16BE(6)]).toEqual([0, 0]);
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const asked = Buffer.from(bytes);
        const question = questionOf(asked);
        if (question) expect(answerTo(asked, question, '10.0.0.2').length).toBeLessThan(asked.length + 40);
      }),
    );
  });
});

it('knows the hosts that were declared, and none that are the machine itself', () => {
  const hosts = hostsIn('127.0.0.1 localhost\n::1 ip6\n10.0.0.5 Db.local db # ours\n\n10.0.0.6 db\nbroken\n');
  expect([...hosts].map(([name, all]) => [name, [...all]])).toEqual([
    ['db.local', ['10.0.0.5']],
    ['db', ['10.0.0.5', '10.0.0.6']],
  ]);
});

it('knows which of its networks leads out', () => {
  const head = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
  const inner = 'eth1\t000015AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n';
  expect(outwardOf(`${head}${inner}eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`)).toBe('eth0');
  expect(outwardOf(head + inner)).toBeUndefined();
});
