/** A route that takes a body, and a request to it that would be served, from which fuzzed ones are made. */
export interface FuzzRoute {
  readonly method?: string;
  readonly path: string;
  readonly example: unknown;
}

const tool = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const nobody = '127.0.0.1:1/ai/nobody:latest';
const nowhere = '00000000-0000-4000-8000-000000000000';
const digest = `sha256:${'0'.repeat(64)}`;

/**
 * Every route of every API that takes a body, but `/gantry/stop`, and `/gantry/tls/renew`, which reads none. `model` answers; `changed` is there to be configured and
 * repackaged. Nothing here can reach a registry, and the examples name no runtime that could be removed.
 */
export function fuzzRoutes({ model, changed }: { model: string; changed: string }): readonly FuzzRoute[] {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  ];
  const chat = { model, messages, max_tokens: 2, temperature: 0, seed: 1, stop: ['\n'], stream: true };
  const shaped = { model, messages, max_tokens: 4, tools: [tool], tool_choice: 'auto', parallel_tool_calls: true };
  const schema = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', required: ['a'] } } };
  const completion = { model, prompt: 'One', max_tokens: 2, logprobs: 1, stream_options: { include_usage: true } };
  const embedding = { model: changed, input: ['a', [1, 2]], encoding_format: 'float', dimensions: 4 };
  const rerank = { model, query: 'q', documents: ['a', { text: 'b' }], top_n: 1, return_documents: true };
  const message = {
    model,
    max_tokens: 2,
    system: [{ type: 'text', text: 'Brief.' }],
    stream: false,
    stop_sequences: ['x'],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'weather', input: { city: 'X' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'Rain' }] },
    ],
    tools: [{ name: 'weather', input_schema: { type: 'object', properties: {} } }],
    thinking: { type: 'disabled' },
  };
  const response = {
    model,
    max_output_tokens: 2,
    instructions: 'Brief.',
    store: true,
    stream: false,
    metadata: { a: 'b' },
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'Rain' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: { type: 'object', properties: {} } }],
    text: { format: { type: 'text' } },
  };
  const options = { num_predict: 2, temperature: 0, stop: ['x'], num_ctx: 256 };
  const configuration = { model: changed, 'context-size': 256, 'runtime-flags': ['--temp', '0.1'], keep_alive: '1m' };
  const more = { speculative: { draft_model: changed, num_tokens: 2 }, llamacpp: { 'reasoning-budget': 0 } };
  const post = (paths: readonly string[], ...examples: readonly unknown[]): FuzzRoute[] =>
    paths.flatMap((path) => examples.map((example) => ({ path, example })));
  return [
    ...post(['/v1/chat/completions'], chat, shaped, { ...chat, stream: false, response_format: schema }),
    ...post(['/engines/v1/chat/completions', '/engines/llama.cpp/v1/chat/completions'], chat),
    ...post(['/v1/chat/completions'], { ...chat, messages: [{ role: 'user', content: [image] }] }),
    ...post(['/v1/completions', '/engines/v1/completions'], completion),
    ...post(['/v1/embeddings', '/engines/llama.cpp/v1/embeddings'], embedding),
    ...post(['/rerank', '/v1/rerank', '/engines/llama.cpp/rerank'], rerank),
    ...post(['/score', '/engines/score'], { model, text_1: 'a', text_2: ['b'] }),
    ...post(['/tokenize', '/v1/tokenize'], { model, content: 'one two', add_special: true }),
    ...post(['/detokenize'], { model, tokens: [1, 2, 3] }),
    ...post(['/v1/images/generations', '/v1/audio/speech', '/engines/nothing'], { model, prompt: 'a cat' }),
    ...post(['/anthropic/v1/messages', '/v1/messages', '/anthropic/v1/messages/count_tokens'], message),
    ...post(['/v1/responses', '/responses', '/engines/responses', '/v1/responses/input_tokens'], response),
    ...post(['/v1/responses/resp_0/cancel'], {}),
    ...post(['/api/chat'], { model, messages: [{ role: 'user', content: 'Hi', images: [] }], options, think: false }),
    ...post(['/api/chat'], { model, messages: [{ role: 'user', content: 'Hi' }], options, tools: [tool] }),
    ...post(['/api/generate'], { model, prompt: 'One', suffix: '', options, format: 'json', keep_alive: '5m' }),
    ...post(['/api/embed'], { model: changed, input: ['a'], truncate: true, options }),
    ...post(['/api/embeddings'], { model: changed, prompt: 'a', options }),
    ...post(['/api/show'], { model, verbose: true }),
    ...post(['/api/copy'], { source: model, destination: 'test/copy' }),
    ...post(['/api/create'], { model: 'test/made', from: model, system: 'Brief.', parameters: options, stream: false }),
    ...post(['/api/create'], { model: 'test/made', files: { 'a.gguf': digest }, quantize: 'q4_0', license: ['x'] }),
    ...post(['/api/pull', '/api/push'], { model: nobody, stream: false, insecure: true }),
    { method: 'DELETE', path: '/api/delete', example: { model: 'test/absent' } },
    ...post([`/api/blobs/${digest}`], ['not a blob']),
    ...post(['/models/create'], { from: nobody, source: 'registry', 'bearer-token': 'abc' }),
    ...post(['/models/create'], { from: 'test/file', gguf: '/etc/hostname' }),
    ...post([`/models/${changed}/tag?repo=test/tagged&tag=a`], {}),
    ...post(['/models/test/absent/push', `/models/${changed}/push`], { 'bearer-token': 'abc' }),
    ...post([`/models/${changed}/repackage`], { target: 'test/again', context_size: 512 }),
    ...post(['/models/load'], ['not a tar']),
    ...post(['/gantry/package'], {
      gguf: '/etc/hostname',
      licenses: ['/etc/hosts'],
      target: 'test/packed',
      push: false,
    }),
    ...post(['/gantry/package'], { from: changed, contextSize: 512, target: 'test/packed', format: 'cncf' }),
    ...post(['/engines/_configure', '/engines/llama.cpp/_configure'], { ...configuration, ...more }),
    ...post(['/engines/unload'], { backend: 'llama.cpp', models: ['test/absent'] }),
    ...post(['/engines/install-backend', '/engines/uninstall-backend'], { backend: 'vllm', version: 'latest' }),
    ...post(['/gantry/runtimes/install', '/gantry/runtimes/use'], { name: 'absent' }),
    { method: 'PATCH', path: '/gantry/settings', example: [{ path: 'log.maxFiles', value: 5 }] },
    ...post(['/gantry/storage/clear'], { parts: ['indexes', 'unfinished'] }),
    ...post(['/gantry/keys'], { name: 'fuzz', scopes: ['infer'], expiresInMs: 60_000 }),
    ...post(['/gantry/signing/prepare'], { model: nobody, 'bearer-token': 'abc' }),
    ...post(['/gantry/signing/attach'], { model: nobody, digest, signed: { bundle: 'e30=' } }),
    ...post(['/gantry/signing/verify'], { model: nobody, trust: { identity: 'me', issuer: 'https://issuer.test' } }),
    ...post(['/gantry/containers/gantry-fuzz-absent/terminal'], { columns: 80, rows: 24, command: ['sh'] }),
    ...post(['/gantry/containers/gantry-fuzz-absent/terminal-input'], { terminal: 'absent', text: 'x' }),
    ...post(['/gantry/containers/gantry-fuzz-absent/terminal-size'], { terminal: 'absent', columns: 80, rows: 24 }),
    ...post(['/gantry/containers/gantry-fuzz-absent/rename'], { name: 'gantry-fuzz-renamed' }),
    ...post(['/gantry/containers/gantry-fuzz-absent/fix'], { cause: 'C18', fix: 0, commands: ['docker rm x'] }),
    ...post(['/gantry/images/pull'], { name: nobody }),
    ...post(['/gantry/images/gantry-fuzz-absent/tag'], { target: 'gantry-fuzz:absent' }),
    ...post(['/gantry/images/gantry-fuzz-absent/push'], {}),
    ...post(['/gantry/images/remove'], { images: [{ id: digest, tags: ['gantry-fuzz:absent'] }] }),
    ...post(['/gantry/volumes/remove'], { volumes: [{ name: 'gantry-fuzz-absent', createdAt: '' }] }),
    ...post(['/gantry/volumes'], { name: 'x', driver: 'absent', options: { a: 'b' }, labels: {} }),
    ...post(['/gantry/docker/disk'], {}),
    ...post(['/gantry/images/gantry-fuzz-absent/recipe'], { name: 'x', env: { A: 'b' }, ports: { '80': 8080 } }),
    ...post(['/gantry/images/gantry-fuzz-absent/run'], { wishes: { memory: '64m' }, command: 'docker run x' }),
    ...post(['/gantry/dockerfiles/rate', '/gantry/dockerfiles/fix'], { text: 'FROM debian\nRUN apt-get update\n' }),
    ...post(['/gantry/dockerfiles/rate'], { root: '/etc', path: 'hostname' }),
    ...post(['/gantry/dockerfiles/apply'], { root: '/proc', path: 'absent/Dockerfile', digest, text: 'FROM scratch' }),
    ...post(['/gantry/dockerfiles/apply'], {
      root: '/proc',
      path: 'absent/Dockerfile',
      digest,
      text: '',
      ignoreFile: { digest: null, text: 'a' },
    }),
    ...post(['/gantry/dockerfiles/undo'], {
      root: '/proc',
      files: [{ path: 'absent/Dockerfile', digest, before: null, backup: null }],
    }),
    ...post(['/gantry/dockerfiles/build'], { root: '/proc', path: 'absent/Dockerfile', before: 'FROM scratch' }),
    ...post(['/gantry/dockerfiles/generate'], {
      root: '/proc',
      path: 'absent',
      language: 'node',
      write: [{ name: 'Dockerfile', digest, before: null }],
    }),
    { method: 'PUT', path: '/gantry/relay', example: { networks: ['absent'] } },
    ...mcpRoutes(post),
    ...assistantRoutes(post),
  ];
}

/** Those of the assistant, of which no session is there. */
function assistantRoutes(
  post: (paths: readonly string[], ...examples: readonly unknown[]) => FuzzRoute[],
): readonly FuzzRoute[] {
  return [
    ...post(['/gantry/assistant/enable'], { acceptTerms: 0 }),
    ...post(['/gantry/assistant/acknowledge'], { disclosure: 'none' }),
    ...post(['/gantry/assistant/sessions'], { workingDirectory: '/tmp', mode: 'plan', model: null }),
    ...post([`/gantry/assistant/sessions/${nowhere}/turns`], {
      text: 'Hi',
      attachments: [{ kind: 'text', name: 'a', content: 'b' }],
      interactive: false,
    }),
    ...post([`/gantry/assistant/sessions/${nowhere}/turns`], { text: 'a', replaces: 'm' }),
    ...post([`/gantry/assistant/sessions/${nowhere}/approvals/c`], { kind: 'reject', reason: 'no' }),
    { method: 'PATCH', path: `/gantry/assistant/sessions/${nowhere}`, example: { title: 'a', starred: true } },
    {
      method: 'PUT',
      path: `/gantry/assistant/sessions/${nowhere}/messages/m/feedback`,
      example: { rating: 'up', comment: 'a' },
    },
    { method: 'PATCH', path: '/gantry/assistant/tools', example: [{ name: 'fetch', enabled: false }] },
    {
      method: 'PUT',
      path: '/gantry/assistant/permissions',
      example: { scope: 'project', project: '/tmp', deny: [], ask: ['shell'], allow: [] },
    },
  ];
}

/** Those that manage MCP servers, but the ones that change clients' files. */
function mcpRoutes(
  post: (paths: readonly string[], ...examples: readonly unknown[]) => FuzzRoute[],
): readonly FuzzRoute[] {
  const at = '/gantry/mcp';
  return [
    ...post([`${at}/catalogs/pull`], { ref: nobody }),
    ...post([`${at}/catalogs/import`], { place: '/etc/hostname', as: 'fuzz', kind: 'catalog', dryRun: true }),
    ...post([`${at}/catalogs/import`], { text: 'registry: {}', as: 'fuzz', dryRun: true }),
    ...post([`${at}/catalogs`], { ref: 'fuzz', title: 'Fuzz', profile: 'absent' }),
    ...post([`${at}/catalogs/push`], { ref: 'absent', as: nobody }),
    ...post([`${at}/profiles/import-docker`], {}),
    ...post([`${at}/calls`], { server: 'absent', kind: 'prompt', tool: 'x', arguments: { a: 'b' } }),
    ...post([`${at}/profiles`], { name: 'Fuzz', id: 'fuzz' }),
    ...post([`${at}/profiles/import`], { text: 'name: fuzz', replace: true }),
    ...post([`${at}/profiles/pull`, `${at}/profiles/fuzz/push`], { reference: nobody }),
    ...post([`${at}/profiles/fuzz/servers`], { servers: ['absent'], catalog: 'starter' }),
    ...post([`${at}/calls`], { profile: 'default', server: 'absent', tool: 'x', arguments: { a: [1] } }),
    ...post([`${at}/calls/absent/answer`], { question: 'q', action: 'accept', content: {} }),
    ...post([`${at}/oauth/absent`], { scopes: ['a'] }),
    ...post([`${at}/oauth/absent/paste`], { address: 'http://127.0.0.1/callback?code=1' }),
    ...post([`${at}/grants`], { server: 'fuzz', path: '/absent', mode: 'ro', evenThoughSensitive: true }),
    ...post([`${at}/policy/test`], { kind: 'tool', server: 's', name: 'n', arguments: {}, text: 'default: deny' }),
    { method: 'PATCH', path: `${at}/profiles/fuzz`, example: { name: 'Other' } },
    { method: 'PUT', path: `${at}/profiles/fuzz/servers/absent/config`, example: { values: { a: { b: 1 } } } },
    { method: 'PATCH', path: `${at}/profiles/fuzz/servers/absent/tools`, example: { enable: ['a'], all: 'disable' } },
    { method: 'PUT', path: `${at}/policy`, example: { text: 'default: allow', expects: digest.slice(7) } },
    { method: 'PUT', path: `${at}/secrets/fuzz`, example: { value: 'x', in: 'file' } },
    { method: 'PUT', path: `${at}/secrets/fuzz/place`, example: { env: 'FUZZ' } },
  ];
}
