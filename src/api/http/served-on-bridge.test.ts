import { describe, expect, it } from 'vitest';
import { servedOnBridge } from './served-on-bridge.ts';

describe('what containers are served', () => {
  it.each([
    'GET /',
    'GET /version',
    'GET /models',
    'GET /v1/models',
    'GET /v1/models/ai/smollm2',
    'GET /engines/v1/models',
    'GET /engines/llama.cpp/v1/models',
    'POST /v1/chat/completions',
    'POST /engines/llama.cpp/v1/chat/completions',
    'POST /engines/v1/completions',
    'POST /v1/embeddings',
    'POST /v1/rerank',
    'POST /rerank',
    'POST /engines/llama.cpp/score',
    'POST /engines/v1/messages/count_tokens',
    'POST /responses',
    'POST /engines/llama.cpp/v1/responses',
    'POST /v1/responses/input_tokens',
    'POST /engines/llama.cpp/v1/responses/resp_1/cancel',
    'GET /v1/responses/resp_1',
    'GET /v1/responses/resp_1/input_items',
    'POST /anthropic/v1/messages',
    'POST /anthropic/v1/messages/count_tokens',
    'GET /api/version',
    'GET /api/tags',
    'POST /api/chat',
    'POST /api/embed',
    'POST /api/show',
  ])('%s', (line) => {
    expect(isServed(line)).toBe(true);
  });

  it.each([
    'POST /models/create',
    'POST /models/load',
    'DELETE /models/ai/smollm2',
    'DELETE /models/purge',
    'GET /models/ai/smollm2',
    'GET /models/ai/smollm2/export',
    'POST /models/ai/smollm2/push',
    'POST /models/ai/smollm2/tag',
    'GET /logs',
    'GET /metrics',
    'GET /engines/requests',
    'GET /engines/status',
    'GET /engines/ps',
    'GET /engines/df',
    'POST /engines/unload',
    'POST /engines/_configure',
    'POST /engines/llama.cpp/_configure',
    'GET /engines/_configure',
    'POST /engines/install-backend',
    'GET /gantry/status',
    'POST /gantry/stop',
    'PATCH /gantry/settings',
    'POST /api/pull',
    'POST /api/create',
    'POST /api/copy',
    'POST /api/push',
    'DELETE /api/delete',
    'DELETE /v1/responses/resp_1',
    'DELETE /v1/models/ai/smollm2',
    'PUT /v1/chat/completions',
    'GET /v1/chat/completions',
    'POST /v1/models',
    'POST /v1/chat/completions/../../../models/create',
    'POST /engines/a/b/v1/chat/completions',
    'GET /v1/modelsx',
    'GET /models/',
    'GET //models',
    '',
  ])('not %s', (line) => {
    expect(isServed(line)).toBe(false);
  });
});

function isServed(line: string): boolean {
  const [verb = '', path = ''] = line.split(' ');
  return servedOnBridge(verb, path);
}
