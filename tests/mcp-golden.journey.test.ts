import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, gantryProgram } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { mcpDifferences, type McpGoldenCase } from './golden/mcp-compare.ts';
import { root, temporaryDirectory } from './harness.ts';
import { everythingPackage, mcpPackageImage } from './mcp-images.ts';

const missing = await dockerMissing();
const recorded = JSON.parse(readFileSync(new URL('golden/mcp-gateway.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly McpGoldenCase[];
};
const page = readFileSync(new URL('../docs/compatibility-mcp.md', import.meta.url), 'utf8');

/** Where our answers differ on purpose. docs/compatibility-mcp.md names each and says why. */
const deviations: Readonly<Record<string, RegExp>> = {
  'bad-json': /^400 malformed payload: \S/,
  'tools-call-secret-blocked':
    /^200 [^]*"isError":true[^]*a secret is being passed to the tool echo of everything: GitHub token/,
  'tools-list': /^200 (?![^]*trigger-sampling-request)[^]*"name":"get-sum"/,
};

/** Before a session, in one, and after it. */
const before = ['health', 'root-redirect', 'no-auth', 'wrong-token', 'bad-origin', 'bad-json', 'no-accept'];
const early = [...before, 'get-no-session', 'unknown-session', 'initialize', 'initialized'];
const orderOf = ({ name }: McpGoldenCase): number => {
  const index = early.indexOf(name.replace(/^\w+?-/, ''));
  return index >= 0 ? index : name.endsWith('-after-delete') ? early.length + 1 : early.length;
};

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
}

/** `gateway run` over streamable HTTP, once it serves and knows what its server has. */
async function startGateway(home: string, flags: readonly string[]): Promise<Running> {
  const port = await freePort();
  const args = ['mcp', 'gateway', 'run', '--transport', 'streaming', '--port', String(port), ...flags];
  const child = spawn(process.execPath, [...gantryProgram, ...args], {
    cwd: root,
    env: { ...process.env, GANTRY_HOME: home, GANTRY_LANG: 'en', MCP_GATEWAY_AUTH_TOKEN: 'bench' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/> everything: \(\d+ tools\)/.test(said) && said.includes('> Gateway URL')) resolve();
    });
    child.once('exit', () => reject(new Error(`The gateway ended: ${said}`)));
  });
  expect(said).toMatch(/^- Listing MCP tools\.\.\.$[^]*^> Initialized in /m);
  return { process: child, url: `http://127.0.0.1:${port}` };
}

describe.skipIf(missing !== undefined).each(['short', 'long'])(
  'recorded answers of Docker’s gateway, asked again (%s)',
  (kind) => {
    let home: Awaited<ReturnType<typeof temporaryDirectory>>;
    let gateway: Running;
    let session = '';

    beforeAll(async () => {
      home = await temporaryDirectory('mcp-golden');
      const image = await mcpPackageImage(everythingPackage);
      const catalog = join(home.path, 'catalog.json');
      const everything = { type: 'server', title: 'Everything', description: 'All there is', image };
      await writeFile(catalog, JSON.stringify({ registry: { everything } }));
      const flags = ['--catalog', catalog, '--servers', 'everything', ...(kind === 'long' ? ['--long-lived'] : [])];
      gateway = await startGateway(home.path, flags);
      if (kind === 'long') await open();
    });
    afterAll(async () => {
      gateway.process.kill('SIGTERM');
      await once(gateway.process, 'exit');
      await home[Symbol.asyncDispose]();
    });

    async function send({ method, path, headers, body }: Omit<McpGoldenCase, 'name' | 'expected'>) {
      const filled = Object.entries(headers).map(
        ([name, value]) => [name, value.replace('{SESSION}', session)] as const,
      );
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        headers: Object.fromEntries(filled),
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      });
      session = answer.headers.get('mcp-session-id') ?? session;
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    }

    const usual = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: 'Bearer bench',
    };

    async function open(): Promise<void> {
      const clientInfo = { name: 'golden', version: '1' };
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      await send({ method: 'POST', path: '/mcp', headers: usual, body });
    }

    const cases = recorded.cases.filter(({ name }) => name.startsWith(kind));
    it.each(cases.toSorted((one, other) => orderOf(one) - orderOf(other)))('$name', async (one) => {
      if (one.name.endsWith('-after-delete')) {
        const ended = await send({
          method: 'DELETE',
          path: '/mcp',
          headers: { ...usual, 'mcp-session-id': '{SESSION}' },
        });
        expect(ended.status).toBe(204);
      }
      const answer = await send(one);
      const found = mcpDifferences(answer, one);
      const deviation = deviations[one.name.replace(/^\w+?-/, '')];
      if (deviation === undefined) {
        expect(found, answer.text.slice(0, 500)).toEqual([]);
        return;
      }
      expect(found, 'no longer differs: take it off the list').not.toEqual([]);
      expect(`${answer.status} ${answer.text}`).toMatch(deviation);
    });
  },
);

it.each(Object.keys(deviations))('docs/compatibility-mcp.md says why %s differs', (name) => {
  expect(recorded.cases.some((one) => one.name.endsWith(`-${name}`))).toBe(true);
  expect(page).toContain(`\`${name}\``);
});
