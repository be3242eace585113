import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import type { JsonObject } from '#mcp';
import { en } from '../../messages/en.ts';
import { createTranslate } from '../../messages/translate.ts';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome, type TestRun } from '../../testing/run-for-test.ts';
import { gatewayArguments } from './gateway-arguments.ts';
import { toolArguments } from './tool-arguments.ts';

let daemon: FakeDaemon;
let script: string;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  script = join(daemon.paths.home, 'gateway.mjs');
  await mkdir(daemon.paths.home, { recursive: true });
  await writeFile(script, gatewayText());
});
afterEach(() => daemon[Symbol.asyncDispose]());

/** A gateway that is the official SDK's server, and writes down how it was started. */
function gatewayText(): string {
  const sdk = (path: string): string =>
    JSON.stringify(pathToFileURL(join(process.cwd(), 'node_modules/@modelcontextprotocol/sdk/dist/esm', path)).href);
  return `import { writeFileSync } from 'node:fs';
import { Server } from ${sdk('server/index.js')};
import { StdioServerTransport } from ${sdk('server/stdio.js')};
import { ListToolsRequestSchema, CallToolRequestSchema } from ${sdk('types.js')};
const started = process.argv.slice(2);
writeFileSync(process.argv[1] + ".started", JSON.stringify(started));
if (started.includes('--broken')) { console.error('> no such profile'); process.exit(1); }
const server = new Server({ name: 'fake', version: '1' }, { capabilities: { tools: {} } });
const echo = {
  name: 'echo',
  description: 'Says it again. And no more.',
  annotations: { readOnlyHint: true },
  inputSchema: {
    type: 'object',
    properties: {
      message: { type: 'string', description: 'What to say.' },
      times: { type: 'integer', default: 1 },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['message'],
    additionalProperties: false,
  },
};
const pages = [[echo], [{ name: 'add', description: '', title: 'Add up', inputSchema: { type: 'object' } }]];
server.setRequestHandler(ListToolsRequestSchema, async ({ params }) => {
  const page = Number(params?.cursor ?? 0);
  return { tools: pages[page], ...(page === 0 ? { nextCursor: '1' } : {}) };
});
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  if (params.name === 'add') return { isError: true, content: [{ type: 'text', text: 'nothing to add' }] };
  return {
    content: [
      { type: 'text', text: JSON.stringify(params.arguments) },
      { type: 'text', text: '\\u001b[31mred' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'resource_link', name: 'r', uri: 'file:///r' },
    ],
  };
});
await server.connect(new StdioServerTransport());
`;
}

async function tools(words: readonly string[], options: Partial<TestRun> = {}): Promise<Outcome> {
  const program = { node: process.execPath, script, clone: '/opt/gantry/gantry' };
  return await runForTest(daemon, words, {
    program,
    clock: systemClock,
    env: { PATH: process.env['PATH'] },
    ...options,
  });
}
const gantry = (...words: string[]): Promise<Outcome> => tools(['mcp', 'tools', ...words]);
const docker = (...words: string[]): Promise<Outcome> => tools(['as-plugin', 'docker-mcp', 'mcp', 'tools', ...words]);

describe('docker mcp tools', () => {
  it('lists them all, each with its title or first sentence', async () => {
    expect((await docker('ls')).stdout).toBe('2 tools:\n - echo - Says it again.\n - add - Add up\n');
    expect((await docker('list', '--format', 'list')).stdout).toContain('2 tools:');
    const all = JSON.parse((await docker('ls', '--format', 'json')).stdout);
    expect(all).toMatchObject([{ name: 'echo', annotations: { readOnlyHint: true } }, { name: 'add' }]);
  });

  it('counts them', async () => {
    expect((await docker('count')).stdout).toBe('2 tools\n');
    expect((await docker('count', '--format=json')).stdout).toBe('{\n  "count": 2\n}\n');
  });

  it('passes on what the gateway is to be started with', async () => {
    await docker('--gateway-arg', '--servers=a', 'ls', '--gateway-arg=--catalog=x,--verbose', '--profile', 'p');
    const started = await readFile(`${script}.started`, 'utf8');
    expect(JSON.parse(started)).toEqual([
      'mcp',
      'gateway',
      'run',
      '--list-wait',
      '60s',
      '--profile',
      'p',
      '--servers=a',
      '--catalog=x',
      '--verbose',
    ]);
  });

  it('prints how long a call took, then what it gave', async () => {
    const { code, stdout } = await docker('call', 'echo', 'message=hi');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Tool call took: [\d.]+m?s\n\{"message":"hi"\}\nred\n\[image image\/png 3B\]\nr: file:\/\/\/r\n$/,
    );
  });

  it('ends with 1 when the tool failed', async () => {
    const { code, stderr } = await docker('call', 'add');
    expect([code, stderr]).toEqual([1, 'error calling tool add: nothing to add\n']);
  });
});

describe('gantry mcp tools', () => {
  it('shows a tool with its arguments', async () => {
    expect((await gantry('inspect', 'echo')).stdout).toBe(
      'Name: echo\nDescription: Says it again. And no more.\nHints: readOnlyHint\nArguments:\n' +
        '  message  string, required\n      What to say.\n  times    integer, default 1\n  tags     string[]\n',
    );
    expect((await gantry('inspect', 'add')).stdout).toContain('Arguments: none\n');
  });

  it('keeps standard output for what the tool gave', async () => {
    const { stdout, stderr } = await gantry('call', 'echo', 'message=hi', 'times=2', 'tags=a', 'tags=b');
    expect(stdout).toMatch(/^\{"message":"hi","times":2,"tags":\["a","b"\]\}\n/);
    expect(stderr).toMatch(/^Tool call took: /);
  });

  it('takes arguments from a file or standard input, and words on top of them', async () => {
    const file = join(daemon.paths.home, 'args.json');
    await writeFile(file, '{"message": "file", "times": 3}');
    expect((await gantry('call', 'echo', '--args-json', `@${file}`, 'times:=4')).stdout).toContain(
      '{"message":"file","times":4}',
    );
    const piped = await tools(['mcp', 'tools', 'call', 'echo', '--args-json', '-'], { stdin: '{"message":"pipe"}' });
    expect(piped.stdout).toContain('{"message":"pipe"}');
  });

  it('gives the whole result to programs, also of a tool that failed', async () => {
    const { code, stdout } = await gantry('call', 'add', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { isError: true, content: [{ type: 'text', text: 'nothing to add' }] },
    ]);
  });

  it.each([
    [['call', 'ech', 'message=x'], 3, 'Did you mean echo?'],
    [['call', 'echo'], 2, 'The tool needs more arguments: message.'],
    [['call', 'echo', 'mesage=x'], 2, 'Did you mean message?'],
    [['call', 'echo', 'message=x', 'times=many'], 2, 'many'],
    [['call', 'echo', '--args-json', '[]'], 2, '--args-json is not a JSON object.'],
    [['call', 'echo', '--args-json', '{'], 2, '--args-json is not JSON'],
    [['call', 'echo', '--args-json', '@/none'], 2, '/none cannot be read: ENOENT'],
    [['ls', '--version', '1'], 2, '--version'],
    [['ls', '--gateway-arg', '--broken'], 7, '> no such profile'],
  ])('says what is wrong with %j', async (words, expected, sentence) => {
    const { code, stderr } = await gantry(...words);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(sentence)]);
  });
});

describe('arguments', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      s: { type: 'string' },
      n: { type: 'number' },
      i: { type: 'integer' },
      b: { type: 'boolean' },
      o: { type: 'object' },
      l: { type: 'array', items: { type: 'integer' } },
      m: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      e: { $ref: '#/$defs/flag' },
      t: { type: ['string', 'number'] },
    },
    $defs: { flag: { type: 'boolean' } },
  };
  it.each([
    [['s=1'], { s: '1' }],
    [['s=a=b'], { s: 'a=b' }],
    [['s='], { s: '' }],
    [['n=1.5', 'i=-2'], { n: 1.5, i: -2 }],
    [['b=false', 'e=true'], { b: false, e: true }],
    [['b'], { b: true }],
    [['s'], { s: null }],
    [['o={"a":1}'], { o: { a: 1 } }],
    [['l=1', 'l=2'], { l: [1, 2] }],
    [['l=1'], { l: [1] }],
    [['l=[1, 2]'], { l: [1, 2] }],
    [['m=null'], { m: null }],
    [['m=7'], { m: 7 }],
    [['t=7'], { t: '7' }],
    [['s:=7'], { s: 7 }],
    [['x=7', 'x=8'], { x: ['7', '8'] }],
    [['x:={"a":[null]}'], { x: { a: [null] } }],
    [['url=http://h?a:=b'], { url: 'http://h?a:=b' }],
    [['__proto__=1'], JSON.parse('{"__proto__":"1"}')],
  ])('%j are %o', (words, expected) => {
    expect(toolArguments({ words, base: {} }, schema, createTranslate(en))).toEqual(expected);
  });

  it.each([['i=1.5'], ['n='], ['b=yes'], ['o=[]'], ['l=a'], ['s:={']])('refuse %j', (word) => {
    expect(() => toolArguments({ words: [word], base: {} }, schema, createTranslate(en))).toThrow();
  });
});

it.each([
  [['--servers=a,--catalog=b'], ['--servers=a', '--catalog=b']],
  [
    ['"--servers=a,b",--x', '--y'],
    ['--servers=a,b', '--x', '--y'],
  ],
  [[''], []],
])('options for the gateway are read as Docker reads them: %j', (values, expected) => {
  expect(gatewayArguments(values)).toEqual(expected);
});
