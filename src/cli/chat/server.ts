import type { Env } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import { connectOnly } from '../client/connect.ts';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';

/** A server of OpenAI's API other than the daemon. */
export interface ChatServer {
  readonly client: DaemonClient;
  readonly path: string;
}

/** `--openaiurl`: paths are those of OpenAI below the address given. The key is OPENAI_API_KEY, where it is set. */
export function openAiServer({ env, signal, t }: CliContext, url: string): ChatServer {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw usageError(t('run.badUrl', { url }));
  const address = { kind: 'remote', url: new URL(url), label: url, apiKey: keyOf(env) } as const;
  return { client: connectOnly({ address, signal, t }), path: '/chat/completions' };
}

function keyOf(env: Env): string | undefined {
  return env['OPENAI_API_KEY'] || undefined;
}
