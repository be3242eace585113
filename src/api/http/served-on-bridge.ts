/**
 * Containers get models to use, and nothing else: no pull, no removal, no settings, no logs, no weights to take away. `verb` is
 * GET for HEAD too; `path` is clean and still percent-encoded.
 */
export function servedOnBridge(verb: string, path: string): boolean {
  return served.some(([method, pattern]) => method === verb && pattern.test(path));
}

const inference =
  'chat/completions|completions|embeddings|messages(?:/count_tokens)?|images/generations|rerank|score|tokenize';

const served: readonly (readonly [string, RegExp])[] = [
  ['GET', /^\/$/],
  ['GET', /^\/version$/],
  // OpenAI's, under each of its prefixes
  ['GET', /^(?:\/engines(?:\/[^/]+)?)?\/v1\/models(?:\/.+)?$/],
  ['POST', new RegExp(`^(?:/engines(?:/[^/]+)?)?/v1/(?:${inference})$`)],
  ['POST', /^(?:\/engines(?:\/[^/]+)?)?\/(?:rerank|score|tokenize)$/],
  // Responses: what is stored is found by an id that cannot be guessed
  ['POST', /^(?:\/engines(?:\/[^/]+)?)?(?:\/v1)?\/responses(?:\/input_tokens|\/[^/]+\/cancel)?$/],
  ['GET', /^(?:\/engines(?:\/[^/]+)?)?(?:\/v1)?\/responses\/[^/]+(?:\/input_items)?$/],
  // the list of docker/model-runner
  ['GET', /^\/models$/],
  // Anthropic's
  ['POST', /^\/anthropic\/v1\/messages(?:\/count_tokens)?$/],
  ['GET', /^\/anthropic\/v1\/models(?:\/.+)?$/],
  // Ollama's
  ['GET', /^\/api\/(?:version|tags)$/],
  ['POST', /^\/api\/(?:chat|generate|embed|embeddings|show)$/],
];
