import { join } from 'node:path';
import type { McpChange } from '#contract';
import type { Clock, Log } from '#core';
import { watchFolder } from '#mcp';
import type { Exchange } from '../http/exchange.ts';
import { createLimit, streamEvents, untilOver, type StreamDeps } from './event-stream.ts';
import type { McpManagement } from './management.ts';
import type { RouteTable } from './route-table.ts';

type What = McpChange['what'];

const mostFollowers = 40;
/** Servers that come up change much at once. */
const quietMs = 200;

const files: Readonly<Record<string, What>> = {
  'secrets.yaml': 'secrets',
  'grants.yaml': 'grants',
  'policy.yaml': 'policy',
};

/** `GET /gantry/mcp/events`: tells pages that something is not as it was, whoever changed it: a page, a command, an editor. */
export function createChangeRoutes(
  { folder, gateways }: Pick<McpManagement, 'folder' | 'gateways'>,
  deps: StreamDeps & { readonly log: Log },
): RouteTable {
  const followers = createLimit(mostFollowers);
  const follow = (exchange: Exchange): Promise<void> =>
    followers.run(() =>
      streamEvents(
        exchange,
        async (send, signal) => {
          const tell = gathered((what) => send('changed', { what }), deps.clock);
          const watch = (path: string, what: (name: string) => What | undefined): (() => void) =>
            watchFolder(path, () => undefined, {
              ...deps,
              matters: (name) => {
                const changed = what(name);
                if (changed !== undefined) tell(changed);
                return false;
              },
            });
          const stops = [
            watch(folder, (name) => (Object.hasOwn(files, name) ? files[name] : undefined)),
            watch(join(folder, 'profiles'), (name) => (name.endsWith('.yaml') ? 'profiles' : undefined)),
            watch(join(folder, 'catalogs'), (name) => (name.endsWith('.lock') ? undefined : 'catalogs')),
            watch(join(folder, 'clients'), (name) => (name === 'history.json' ? 'clients' : undefined)),
            gateways.onChange(() => tell('servers')),
          ];
          send('connected', {});
          await untilOver(signal);
          for (const stop of stops) stop();
          tell.stop();
        },
        deps,
      ),
    );
  return { 'GET /gantry/mcp/events': follow };
}

/** Says each thing once after it was quiet for a moment, or has gone on for one. */
function gathered(say: (what: What) => void, clock: Clock): { (what: What): void; stop(): void } {
  const waiting = new Set<What>();
  let cancel: (() => void) | undefined;
  const tell = (what: What): void => {
    waiting.add(what);
    cancel ??= clock.schedule(quietMs, () => {
      cancel = undefined;
      for (const one of waiting) say(one);
      waiting.clear();
    });
  };
  return Object.assign(tell, { stop: () => cancel?.() });
}
