const inference =
  /^(?:\/engines(?:\/[^/]+)?)?(?:\/v1)?\/(chat\/completions|completions|embeddings|responses|messages|rerank|score|images\/generations)$/;

export interface InferencePath {
  readonly api: 'openai' | 'anthropic' | 'ollama' | 'responses';
  /** Where it came from, as docker/model-runner calls it; none for what it takes to be its own. */
  readonly origin: string | undefined;
}

/** What asks a model for an answer; undefined for everything else, which is neither counted nor recorded. */
export function inferencePath(method: string | undefined, path: string): InferencePath | undefined {
  if (method !== 'POST') return undefined;
  const operation = inference.exec(path)?.[1];
  if (operation === 'responses') return { api: 'responses', origin: 'responses' };
  if (operation === 'messages') return { api: 'anthropic', origin: 'anthropic/messages' };
  if (operation !== undefined) return { api: 'openai', origin: undefined };
  if (path === '/anthropic/v1/messages') return { api: 'anthropic', origin: 'anthropic/messages' };
  const ollama = /^\/api\/(chat|generate|embed|embeddings)$/.exec(path)?.[1];
  if (ollama === undefined) return undefined;
  return { api: 'ollama', origin: `ollama/${ollama === 'generate' ? 'completion' : ollama}` };
}
