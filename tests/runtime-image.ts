import { chmod, copyFile, link, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { runCommand, temporaryDirectory } from './harness.ts';

export interface RuntimeImage extends AsyncDisposable {
  /** With its tag, as `container:` names it. */
  readonly name: string;
}

/**
 * An image with the llama-server of this machine, the libraries beside it and those it needs, and nothing else: no registry is
 * needed to make it.
 */
export async function makeLlamaServerImage(program: string): Promise<RuntimeImage> {
  return await makeImage(program, 'ENTRYPOINT ["/app/llama-server"]');
}

/**
 * What vLLM looks like from outside, since vLLM itself needs gigabytes and a GPU: an image whose program `vllm` takes vLLM's
 * command line, refuses what it does not know, and serves the GGUF file that lies in the model's folder with llama-server.
 */
export async function makeVllmLikeImage(program: string): Promise<RuntimeImage> {
  return await makeImage(program, 'ENTRYPOINT ["vllm", "serve"]\nENV PATH=/app:/usr/bin', async (root) => {
    await put(root, process.execPath, '/usr/bin/node');
    await writeFile(join(root, 'app', 'vllm'), vllmProgram, { mode: 0o755 });
  });
}

async function makeImage(
  program: string,
  lines: string,
  more: (root: string) => Promise<void> = async () => undefined,
): Promise<RuntimeImage> {
  const name = `gantry-test-runtime:${randomBytes(6).toString('hex')}`;
  await using directory = await temporaryDirectory('image');
  const root = join(directory.path, 'rootfs');
  const real = await realpath(program);
  await put(root, real, '/app/llama-server');
  // Backends for each kind of processor are loaded when it starts; they lie beside the program.
  for (const file of (await readdir(dirname(real))).filter((one) => /\.so(\.\d+)*$/.test(one))) {
    await put(root, join(dirname(real), file), `/app/${file}`);
  }
  await mkdir(join(root, 'tmp'));
  // What is mounted over it takes its mode.
  await chmod(join(root, 'tmp'), 0o1777);
  await more(root);
  await writeFile(
    join(directory.path, 'Dockerfile'),
    `FROM scratch\nCOPY rootfs/ /\nENV LD_LIBRARY_PATH=/app\n${lines}\n`,
  );
  const built = await runCommand(['docker', 'build', '-q', '-t', name, directory.path], {
    env: { DOCKER_BUILDKIT: '0' },
  });
  if (built.code !== 0) throw new Error(`The image could not be built: ${built.stderr}`);
  return {
    name,
    async [Symbol.asyncDispose]() {
      await runCommand(['docker', 'rmi', '--force', name]);
    },
  };
}

/** Copies a program or library, and the libraries it needs to where the loader looks for them. */
async function put(root: string, from: string, to: string): Promise<void> {
  await copy(from, join(root, to));
  const { stdout } = await runCommand(['ldd', from]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    if (dirname(library) !== dirname(from)) await copy(await realpath(library), join(root, library));
  }
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(await realpath(from), to);
}

const vllmProgram = `#!/usr/bin/node
const { spawn } = require('node:child_process');
const { readdirSync } = require('node:fs');
const http = require('node:http');
const [verb, folder, ...rest] = process.argv.slice(2);
if (verb !== 'serve') throw new Error('unknown verb ' + verb);
console.log('vllm ' + JSON.stringify(process.argv.slice(2)));
const options = {};
for (let i = 0; i < rest.length; i += 1) {
  const [name, inline] = rest[i].split('=');
  if (!name.startsWith('--')) throw new Error('unrecognized arguments: ' + name);
  const values = inline === undefined ? [] : [inline];
  while (i + 1 < rest.length && !rest[i + 1].startsWith('--')) values.push(rest[++i]);
  options[name] = values;
}
const names = options['--served-model-name'];
const max_model_len = Number(options['--max-model-len'][0]);
const weights = readdirSync(folder).find((name) => name.includes('gguf'));
const pooling = options['--runner']?.[0] === 'pooling' ? ['--embeddings', '--pooling', 'mean'] : ['--jinja'];
const inner = '/tmp/inner.sock';
const child = spawn('/app/llama-server', [
  '--model', folder + '/' + weights, '--host', inner, '--alias', names[0], '--ctx-size', String(max_model_len),
  '--parallel', '1', '--threads', '1', '--no-webui', ...pooling,
], { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
const refuse = (response, message) => {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'NotFoundError', param: null, code: 404 } }));
};
http.createServer((request, response) => {
  if (request.url === '/props') return refuse(response, 'Not Found');
  if (request.url === '/v1/models') {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ object: 'list', data: names.map((id) => ({ id, max_model_len })) }));
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const model = body.length > 0 ? JSON.parse(body).model : undefined;
    if (model !== undefined && !names.includes(model)) return refuse(response, 'The model ' + model + ' does not exist.');
    const call = http.request({ socketPath: inner, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    call.on('error', () => response.destroy());
    response.on('close', () => call.destroy());
    call.end(body);
  });
}).listen(options['--uds'][0]);
`;

/** The llama-server on PATH, or why there is none. */
export async function llamaServerProgram(): Promise<{ readonly path: string } | { readonly skip: string }> {
  const { code, stdout } = await runCommand(['sh', '-c', 'command -v llama-server']);
  return code === 0 ? { path: stdout.trim() } : { skip: 'no llama-server on PATH' };
}

/**
 * A folder that is a safetensors model by its form; the weights that the stand-in for vLLM serves lie in it too. Another seed gives
 * another model.
 */
export async function writeSafetensors(
  folder: string,
  weights: string,
  { seed = 0 }: { seed?: number } = {},
): Promise<void> {
  const header = JSON.stringify({ x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'model.safetensors'),
    Buffer.concat([length, Buffer.from(header), Buffer.alloc(4, seed)]),
  );
  const config = { architectures: ['LlamaForCausalLM'], model_type: 'llama', max_position_embeddings: 2048 };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const target = join(folder, 'weights-gguf.bin');
  await link(weights, target).catch(() => copyFile(weights, target));
}
