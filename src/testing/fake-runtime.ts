import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How a fake llama-server behaves. It answers like the real one unless told otherwise. */
export interface FakeRuntimeBehaviour {
  /** Printed by --version. */
  readonly version?: string;
  /** Listed by --list-devices: `CUDA0: NVIDIA L4 (22491 MiB, 22294 MiB free)`. */
  readonly devices?: readonly string[];
  /** Printed by --help. */
  readonly help?: string;
  /** Before it opens its socket. */
  readonly startMs?: number;
  /** How long /health says 503 after that. */
  readonly loadMs?: number;
  /** Lines written to stderr at the start. */
  readonly output?: readonly string[];
  /** Writes this many long lines at the start. */
  readonly floodLines?: number;
  /** Ends like this instead of serving. */
  readonly exitCode?: number;
  readonly crash?: 'SIGSEGV' | 'SIGILL' | 'SIGKILL' | 'SIGABRT';
  readonly ignoreTerm?: boolean;
  /** Time between SIGTERM and its end. */
  readonly stopMs?: number;
  /** Reported instead of what was asked for. */
  readonly contextSize?: number;
  readonly parallel?: number;
  /** Starts a child that sleeps in the same process group, as a forgotten helper would. */
  readonly leavesChild?: boolean;
  /** The answer to every chat, one streamed piece per item. */
  readonly answer?: readonly string[];
  readonly pieceMs?: number;
}

const program = `
const http = require('node:http');
const { spawn } = require('node:child_process');
const args = process.argv.slice(2);
const option = (name) => { const at = args.indexOf(name); return at < 0 ? undefined : args[at + 1]; };
if (args.includes('--version')) { console.log('version: ' + (b.version ?? '1 (fake)')); process.exit(0); }
if (args.includes('--help')) { console.log(b.help ?? ''); process.exit(0); }
if (args.includes('--list-devices')) {
  console.log(['Available devices:', ...(b.devices?.length ? b.devices.map((d) => '  ' + d) : ['  (none)'])].join('\\n'));
  process.exit(0);
}
const later = (ms, action) => setTimeout(action, ms);
// Node queues what a pipe does not take at once, and an exit drops that.
const written = (then) => process.stderr.write('', then);
process.on('SIGTERM', () => {
  console.error('got SIGTERM');
  if (!b.ignoreTerm) later(b.stopMs ?? 0, () => written(() => process.exit(0)));
});
console.error('pid ' + process.pid);
console.error('args ' + JSON.stringify(args));
console.error('env ' + JSON.stringify(process.env));
for (const line of b.output ?? []) console.error(line);
for (let i = 0; i < (b.floodLines ?? 0); i++) console.error('line ' + i + ' ' + 'x'.repeat(200));
if (b.leavesChild) console.error('child ' + spawn('sleep', ['600'], { stdio: 'inherit' }).pid);
const finish = () => written(() => {
  if (b.crash) process.kill(process.pid, b.crash);
  else process.exit(b.exitCode);
});
const parallel = Number(option('--parallel') ?? 1);
const contextSize = b.contextSize ?? Math.floor(Number(option('--ctx-size') ?? 4096) / parallel);
const json = (response, status, value) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};
const pieces = b.answer ?? ['Hello', ' there', '.'];
const chat = (request, response, body) => {
  const parsed = JSON.parse(body);
  const id = 'chatcmpl-fake';
  const model = option('--alias');
  if (!parsed.stream) {
    const message = { role: 'assistant', content: pieces.join('') };
    const usage = { prompt_tokens: 1, completion_tokens: pieces.length, total_tokens: pieces.length + 1 };
    later((b.pieceMs ?? 0) * pieces.length, () =>
      json(response, 200, { id, object: 'chat.completion', created: 1, model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta, finish_reason) =>
    response.write('data: ' + JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason }] }) + '\\n\\n');
  const next = (i) => {
    if (response.destroyed) { console.error('client left after ' + i); return; }
    if (i < pieces.length) { send({ content: pieces[i] }, null); later(b.pieceMs ?? 0, () => next(i + 1)); return; }
    send({}, 'stop');
    response.end('data: [DONE]\\n\\n');
  };
  next(0);
};
later(b.startMs ?? 0, () => {
  if (b.exitCode !== undefined || b.crash) { finish(); return; }
  let ready = false;
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      const path = request.url.split('?')[0];
      if (path === '/health') return json(response, ready ? 200 : 503, ready ? { status: 'ok' } : { error: { message: 'Loading model' } });
      if (path === '/props') return json(response, 200, { default_generation_settings: { n_ctx: contextSize }, total_slots: b.parallel ?? parallel });
      if (path.endsWith('/chat/completions')) return chat(request, response, body);
      return json(response, 404, { error: { message: 'not found' } });
    });
  });
  server.listen(option('--host'), () => {
    const load = b.loadMs ?? 0;
    if (load) later(load, () => { ready = true; });
    else ready = true;
  });
});
`;

/** Writes an executable that behaves like llama-server to `path`; for tests of processes, scheduling and proxying. */
export async function writeFakeRuntime(path: string, behaviour: FakeRuntimeBehaviour = {}): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!${process.execPath}\nconst b = ${JSON.stringify(behaviour)};\n${program}`, { mode: 0o755 });
  return path;
}
