import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AssistantEvent, AssistantSessionBody } from '#contract';
import { busyboxMissing, makeFailingImage, type FailingImage } from './diagnosis/failing-image.ts';
import { inspect } from './diagnosis/provoke.ts';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

interface Told {
  readonly stopReason: string;
  readonly answer: string;
  readonly facts: readonly { readonly kind: string; readonly markdown: string }[];
}

const numbers = (text: string): readonly string[] => text.match(/\d+(?:[.,:]\d+)*/g) ?? [];

describe('questions to a small model with real weights', () => {
  let started: ModelDaemon;
  let project: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    started = await startModelDaemon();
    project = await temporaryDirectory('small-model');
    await writeFile(join(project.path, 'Dockerfile'), 'FROM node\nCOPY . .\nRUN npm install\nCMD npm start\n');
    if (started.skip === undefined)
      expect(await gantry(started.home, ['ai', 'enable', '--yes'])).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await started.stop();
    await project[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });

  it.each([
    ['rate my Dockerfile', 'rate'],
    ['给我的 Dockerfile 打分', 'rate'],
    ['what models do I have', 'models'],
    ['what can you do?', 'capabilities'],
    ['tell me about the weather on Mars', undefined],
  ])('come to an end, with numbers from facts alone: %s', async (question, kind) => {
    const { code, stdout } = await gantry(started.home, ['ai', '-C', project.path, '--json', question]);
    const told = JSON.parse(stdout) as Told;
    expect(told.stopReason).toBe('answered');
    expect(code).toBe(0);
    if (kind !== undefined) expect(told.facts.map((one) => one.kind)).toContain(kind);
    const known = new Set(numbers([question, ...told.facts.map(({ markdown }) => markdown)].join('\n')));
    expect(numbers(told.answer).filter((number) => !known.has(number))).toEqual([]);
  });
});

const missing = (await dockerMissing()) ?? (await busyboxMissing());

const start = `#!/bin/sh
[ -n "$POSTGRES_PASSWORD" ] || { echo 'Error: Database is uninitialized and superuser password is not specified.'; echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the'; echo '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".'; exit 1; }
exec node -e 'require("net").createServer((s) => s.end()).listen(5432)'
`;

describe.skipIf(missing !== undefined)(`a question that ends in a fix${missing ? ` (${missing})` : ''}`, () => {
  const name = `gantry-asked-${randomBytes(4).toString('hex')}`;
  let base: FailingImage;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    base = await makeFailingImage();
    home = await temporaryDirectory('asked');
    const image = await base.build('postgres:16', 'FROM BASE\nCOPY start /bin/\nENTRYPOINT ["/bin/start"]\n', {
      start,
    });
    await writeFile(join(home.path, 'settings.yaml'), 'assistant:\n  model: none\n  mcp: false\n');
    await runCommand(['docker', 'run', '--name', name, image]);
    expect(await gantry(home.path, ['ai', 'enable', '--yes'])).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await gantry(home.path, ['stop']);
    await runCommand(['docker', 'rm', '--force', '--volumes', name]);
    await base[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  const send = async (path: string, body: unknown): Promise<IncomingMessage> => {
    const socketPath = join(home.path, 'run/gantry.sock');
    const outgoing = httpRequest({ socketPath, method: 'POST', path: `/gantry/assistant${path}`, agent: false });
    outgoing.end(JSON.stringify(body));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  };

  async function ask(text: string, kind: 'once' | 'reject'): Promise<AssistantEvent[]> {
    const created = (await (await send('/sessions', { workingDirectory: home.path })).toArray()).join('');
    const { id } = JSON.parse(created) as AssistantSessionBody;
    const events: AssistantEvent[] = [];
    const parser = createParser({
      onEvent({ data }) {
        const event = JSON.parse(data) as AssistantEvent;
        events.push(event);
        if (event.type === 'tool_call_confirmation')
          send(`/sessions/${id}/approvals/${event.callId}`, { kind }).then(
            (answer) => answer.resume(),
            () => undefined,
          );
      },
    });
    for await (const chunk of await send(`/sessions/${id}/turns`, { text })) parser.feed(String(chunk));
    return events;
  }

  it('names the cause and does nothing that is rejected', async () => {
    const events = await ask(`why did my container ${name} crash?`, 'reject');
    const card = events.find(({ type }) => type === 'fact_card');
    expect(card).toMatchObject({ kind: 'why', markdown: expect.stringContaining('superuser password') });
    expect(await inspect(name, '{{.State.Status}}')).toBe('exited');
  });

  it('makes the container run once the fix is approved, with a secret that nobody reads', async () => {
    const events = await ask(`why did my container ${name} crash?`, 'once');
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_call_confirmation', tool: 'apply_fix' }));
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_call_response', outcome: 'done' }));
    expect(await inspect(name, '{{.State.Status}}')).toBe('running');
    const env = await inspect(name, '{{range .Config.Env}}{{println .}}{{end}}');
    const secret = /^POSTGRES_PASSWORD=(.*)$/m.exec(env)?.[1] ?? '';
    expect(secret).toMatch(/^[\w-]{20,}$/);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('is answered in full with no model and nothing to reach', async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
    const can = await gantry(home.path, ['ai', '你能做什么？'], { env });
    expect(can).toMatchObject({ code: 0, stdout: expect.stringContaining('我可以') });
    const why = await gantry(home.path, ['ai', `why did container ${name} stop`], { env });
    expect(why.code).toBe(0);
    await writeFile(join(home.path, 'Dockerfile'), 'FROM node\nCMD npm start\n');
    const rated = await gantry(home.path, ['ai', `rate my Dockerfile ${home.path}/Dockerfile`, '--json'], { env });
    expect(JSON.parse(rated.stdout)).toMatchObject({ score: expect.any(Number), grade: expect.any(String) });
  });
});
