import type { Secrets } from '#mcp';
import type { CliContext } from '../../context.ts';
import { askHidden } from './ask-hidden.ts';

/** The secrets of this home. `protect` asks for a passphrase when their file is made. */
export async function secretStore(
  context: CliContext,
  { protect = false }: { protect?: boolean } = {},
): Promise<Secrets> {
  const { paths, clock, env, stdin, t } = context;
  const { createHomeSecrets } = await import('#mcp');
  return createHomeSecrets({
    paths,
    env,
    clock,
    async askPassphrase(why) {
      if (stdin.isTTY !== true || (why === 'new' && !protect)) return undefined;
      return await askHidden(context, t(why === 'new' ? 'mcp.secret.newPassphrase' : 'mcp.secret.passphrase'));
    },
  });
}
