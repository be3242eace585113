import { join } from 'node:path';
import { errorCodeOf, type Env } from '#core';

/**
 * The token that Hugging Face's own tools would use: `HF_TOKEN`, then the file that `hf auth login` writes
 * (`HF_TOKEN_PATH`, `$HF_HOME/token`, `$XDG_CACHE_HOME/huggingface/token`, `~/.cache/huggingface/token`).
 */
export async function huggingFaceToken(
  env: Env,
  { userHome, readText }: { userHome: string | undefined; readText: (path: string) => Promise<string> },
): Promise<string | undefined> {
  const named = clean(env['HF_TOKEN'] ?? '') ?? clean(env['HUGGING_FACE_HUB_TOKEN'] ?? '');
  if (named !== undefined) return named;
  if (isSwitchedOn(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return undefined;
  const path = tokenPath(env, userHome);
  if (path === undefined) return undefined;
  try {
    return clean(await readText(path));
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** How Hugging Face's tools read a variable that is a switch. */
export function isSwitchedOn(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}

function tokenPath(env: Env, userHome: string | undefined): string | undefined {
  if (env['HF_TOKEN_PATH']) return env['HF_TOKEN_PATH'];
  const cache = env['XDG_CACHE_HOME'] || (userHome === undefined ? undefined : join(userHome, '.cache'));
  const home = env['HF_HOME'] || (cache === undefined ? undefined : join(cache, 'huggingface'));
  return home === undefined ? undefined : join(home, 'token');
}

// A token is one word; what is not must not get into a header.
function clean(text: string): string | undefined {
  const token = text.trim();
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
