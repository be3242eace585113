import type { RequestListener } from 'node:http';

const readme = [
  '---\nlicense: mit\n---\n# Tiny model',
  '<script>globalThis.hacked = 1</script><img src=x onerror="globalThis.hacked = 2"><iframe src="https://evil.example"></iframe>',
  '[press](javascript:globalThis.hacked=3) ![seen](https://evil.example/pixel.png)',
  '\u001B[31mred\u202E turned',
  'x'.repeat(500_000),
].join('\n\n');

/** Answers as the Hub's API does for one repository, whose files are listed but not there, with a hostile README. */
export function hubOf(repository: string): RequestListener {
  const answers: Readonly<Record<string, unknown>> = {
    '/api/models': [{ id: repository, downloads: 10, likes: 2, tags: ['gguf'], pipeline_tag: 'text-generation' }],
    [`/api/models/${repository}/revision/main`]: {
      id: repository,
      sha: 'c'.repeat(40),
      lastModified: '2026-01-01T00:00:00Z',
    },
    [`/api/models/${repository}/tree/${'c'.repeat(40)}`]: [
      { type: 'file', path: 'README.md', size: Buffer.byteLength(readme), oid: 'a'.repeat(40) },
      { type: 'file', path: 'tiny-Q8_0.gguf', size: 80 * 1024 ** 2, oid: 'b'.repeat(40) },
      { type: 'file', path: 'tiny-Q4_K_M.gguf', size: 40 * 1024 ** 2, oid: 'b'.repeat(40) },
    ],
  };
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path.endsWith('/README.md')) {
      response.end(readme);
      return;
    }
    response.writeHead(path in answers ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[path] ?? {}));
  };
}
