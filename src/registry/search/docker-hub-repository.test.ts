import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createHttpClient } from '#registry';
import { serve } from '#testing';
import { createDockerHub } from './docker-hub-repository.ts';

const http = createHttpClient({ env: {}, clock: systemClock });
afterAll(() => http.close());
const { signal } = new AbortController();
const digest = `sha256:${'a'.repeat(64)}`;

describe('a repository of Docker Hub', () => {
  it('has tags with their sizes, over several pages, and a description', async () => {
    const answers: Readonly<Record<string, unknown>> = {
      '/v2/repositories/ai/x/tags?page_size=100&page=1': {
        next: 'https://elsewhere.example/',
        results: [{ name: 'latest', full_size: 7, digest }],
      },
      '/v2/repositories/ai/x/tags?page_size=100&page=2': { results: [{ name: 'old', full_size: 0, digest: 'odd' }] },
      '/v2/repositories/ai/x/': { full_description: '# X' },
      '/v2/repositories/ai/odd/tags?page_size=100&page=1': { results: [{ name: '../../x' }] },
    };
    await using hub = await serve((request, response) => {
      const answer = answers[request.url ?? ''];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer));
    });
    const dockerHub = createDockerHub({ http, env: { GANTRY_HUB_ENDPOINT: hub.url }, clock: systemClock });
    expect(await dockerHub.tags('ai/x', { signal })).toEqual({
      tags: [
        { name: 'latest', sizeBytes: 7, digest },
        { name: 'old', sizeBytes: undefined, digest: undefined },
      ],
      isCut: false,
    });
    expect(await dockerHub.description('ai/x', { signal })).toBe('# X');
    await expect(dockerHub.tags('ai/odd', { signal })).rejects.toMatchObject({ code: 'source.invalid_response' });
    await expect(dockerHub.description('ai/none', { signal })).rejects.toMatchObject({ code: 'source.not_found' });
  });
});
