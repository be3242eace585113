import { createHash } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { ggufBytes, sendRange, serve, tinyModelMetadata, tinyModelTensors } from '#testing';

const readme = [
  '---\nlicense: mit\n---\n# Tiny model',
  '<script>globalThis.hacked = 1</script><img src=x onerror="globalThis.hacked = 2"><iframe src="https://evil.example"></iframe>',
  '[press](javascript:globalThis.hacked=3) ![seen](https://evil.example/pixel.png)',
  '\u001B[31mred\u202E turned',
  'x'.repeat(500_000),
].join('\n\n');

/** 16 MiB and a header; what is in it is no weights. */
const weights = ggufBytes({
  metadata: { ...tinyModelMetadata, 'general.license': 'mit' },
  tensors: [...tinyModelTensors, { name: 'blk.0.attn_q.weight', shape: [1024, 4096], type: 0 }],
});
const sha = 'c'.repeat(40);
const small = 'b'.repeat(40);
const lfs = (oid: string): object => ({ lfs: { oid, size: weights.length }, size: weights.length, oid: small });
const digest = createHash('sha256').update(weights).digest('hex');

/** Hugging Face with `org/Tiny-GGUF`, and Docker Hub with two models of `ai/`. */
const answers: Readonly<Record<string, unknown>> = {
  '/api/models': [
    {
      id: 'org/Tiny-GGUF',
      downloads: 12_345,
      likes: 67,
      lastModified: '2026-01-01T00:00:00Z',
      tags: ['gguf', 'license:<i>mit</i>'],
      pipeline_tag: 'text-generation',
    },
  ],
  '/api/models/org/Tiny-GGUF/revision/main': { id: 'org/Tiny-GGUF', sha, lastModified: '2026-01-01T00:00:00Z' },
  [`/api/models/org/Tiny-GGUF/tree/${sha}`]: [
    { type: 'file', path: 'README.md', size: Buffer.byteLength(readme), oid: 'a'.repeat(40) },
    { type: 'file', path: 'tiny-Q4_K_M.gguf', ...lfs(digest) },
    // Not what it says it is.
    { type: 'file', path: 'tiny-Q2_K.gguf', ...lfs('d'.repeat(64)) },
    // Listed, but not there.
    { type: 'file', path: 'tiny-Q8_0.gguf', size: 80 * 1024 ** 2, oid: small },
  ],
  '/v2/repositories/ai/': {
    next: null,
    results: [
      {
        name: 'tiny',
        namespace: 'ai',
        description: 'A <b>tiny</b> model\u202E of Docker',
        pull_count: 54_321,
        star_count: 98,
        last_updated: '2026-01-01T00:00:00Z',
      },
      { name: 'other', namespace: 'ai', description: 'Another', pull_count: 5, star_count: 0 },
    ],
  },
  '/v2/repositories/ai/tiny/': { full_description: readme },
  '/v2/repositories/ai/tiny/tags': {
    next: null,
    results: [
      { name: 'latest', full_size: 270_000_000, digest: `sha256:${'1'.repeat(64)}` },
      { name: '360M-Q4_K_M', full_size: 270_000_000, digest: `sha256:${'1'.repeat(64)}` },
      { name: '135M-F16', full_size: 271_000_000, digest: `sha256:${'2'.repeat(64)}` },
    ],
  },
};

export interface Hubs extends AsyncDisposable {
  readonly url: string;
  /** Docker Hub is there, refuses everybody, or takes questions and never answers. */
  dockerHub: 'there' | 'refuses' | 'silent';
  /** From now on nothing after the first half of weights is sent, and the rest when it is released. */
  hold(): void;
  release(): void;
  /** What of the weights was asked for, in order. */
  ranges(): readonly (string | undefined)[];
}

/** Answers as the APIs of Hugging Face and Docker Hub do; the README is hostile. */
export async function startHubs(): Promise<Hubs> {
  let isHeld = false;
  const held: { readonly response: ServerResponse; readonly rest: Buffer }[] = [];
  const listener: RequestListener = (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path.startsWith('/v2/') && hubs.dockerHub === 'silent') return;
    if (path.startsWith('/v2/') && hubs.dockerHub === 'refuses') return void response.writeHead(403).end('{}');
    if (path.startsWith('/api/models/org/Gated')) return void response.writeHead(401).end('{"error":"Gated"}');
    if (path.endsWith('/README.md')) return void response.end(readme);
    if (/resolve\/.*Q(4_K_M|2_K)\.gguf$/.test(path)) {
      return sendRange(request, response, {
        content: weights,
        send(part, { start }) {
          // Headers are read ahead; only the weights themselves are held.
          if (!isHeld || part.length < weights.length / 4) return void response.end(part);
          const early = Math.max(0, Math.floor(weights.length / 2) - start);
          response.write(part.subarray(0, early));
          held.push({ response, rest: part.subarray(early) });
        },
      });
    }
    response.writeHead(path in answers ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[path] ?? {}));
  };
  const server = await serve(listener);
  const hubs: Hubs = {
    url: server.url,
    dockerHub: 'there',
    hold: () => (isHeld = true),
    release() {
      isHeld = false;
      for (const { response, rest } of held.splice(0)) response.end(rest);
    },
    ranges: () => server.requests.filter(({ url }) => url?.endsWith('.gguf')).map(({ headers }) => headers.range),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return hubs;
}
