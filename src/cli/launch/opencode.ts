/** opencode's configuration with our provider in it; all that was there stays, but comments. Undefined: it is not JSON. */
export function withProvider(text: string, { base, model }: { base: string; model: string }): string | undefined {
  const config = text.trim() === '' ? {} : objectOf(parseJsonc(text));
  if (!config) return undefined;
  const providers = objectOf(config['provider'] ?? {});
  const ours = objectOf(providers?.['dmr'] ?? {});
  const models = objectOf(ours?.['models'] ?? {});
  const options = objectOf(ours?.['options'] ?? {});
  if (!providers || !ours || !models || !options) return undefined;
  const merged = {
    $schema: 'https://opencode.ai/config.json',
    ...config,
    provider: {
      ...providers,
      dmr: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Docker Model Runner',
        ...ours,
        options: { ...options, baseURL: `${base}/engines/v1` },
        models: { ...models, [model]: models[model] ?? { name: model } },
      },
    },
  };
  return `${JSON.stringify(merged, undefined, 2)}\n`;
}

/** JSON with comments and trailing commas; undefined when it is not that. */
export function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment or a comma in one stays.
  const plain = text
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_all, kept?: string) => kept ?? '')
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (_all, kept?: string) => kept ?? '');
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
