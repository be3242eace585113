import { z } from 'zod';
import { writeFileAtomic, type Clock } from '#core';
import { readText } from '../../state/read-text.ts';
import { withLock } from '../../state/with-lock.ts';
import { editYaml, parseYaml } from '../../state/yaml.ts';
import type { RegisteredClient } from './provider.ts';
import type { SecretVault } from './vault.ts';

const schema = z.strictObject({
  clients: z
    .record(
      z.string(),
      z.strictObject({
        clientId: z.string().min(1).max(1000),
        /** Where the authorization server was told to send browsers back to. */
        redirectUrl: z.url().optional(),
      }),
    )
    .nullish(),
});

/** Clients that people registered by hand with authorization servers, by MCP server; their secrets are in the vault. */
export interface RegisteredClients {
  find(server: string): Promise<RegisteredClient | undefined>;
  /** Without secrets. */
  list(): Promise<ReadonlyMap<string, Pick<RegisteredClient, 'clientId' | 'redirectUrl'>>>;
  set(server: string, client: RegisteredClient): Promise<void>;
  /** Whether there was one. */
  remove(server: string): Promise<boolean>;
}

export interface RegisteredClientsOptions {
  /** `mcp/oauth-clients.yaml` of the home. */
  readonly path: string;
  readonly vault: SecretVault;
  readonly clock: Clock;
}

export function createRegisteredClients({ path, vault, clock }: RegisteredClientsOptions): RegisteredClients {
  const read = async () => parseYaml((await readText(path)) ?? '', { schema, path }).clients ?? {};
  const change = async (edit: (clients: Awaited<ReturnType<typeof read>>) => void): Promise<void> =>
    await withLock(
      `${path}.lock`,
      async () => {
        const text = await readText(path);
        const clients = { ...(await read()) };
        edit(clients);
        await writeFileAtomic(path, editYaml(text, { clients }), { mode: 0o600 });
      },
      { clock },
    );
  const secretId = (server: string): string => `oauth-client/${server.replaceAll(/[^A-Za-z0-9._:-]/g, '_')}`;
  return {
    async find(server) {
      const all = await read();
      const client = Object.hasOwn(all, server) ? all[server] : undefined;
      if (!client) return undefined;
      return {
        clientId: client.clientId,
        clientSecret: await vault.read(secretId(server)),
        redirectUrl: client.redirectUrl,
      };
    },
    async list() {
      return new Map(
        Object.entries(await read()).map(([server, { clientId, redirectUrl }]) => [server, { clientId, redirectUrl }]),
      );
    },
    async set(server, { clientId, clientSecret, redirectUrl }) {
      if (clientSecret === undefined) await vault.remove(secretId(server));
      else await vault.write(secretId(server), clientSecret);
      await change((clients) => {
        clients[server] = { clientId, ...(redirectUrl !== undefined && { redirectUrl }) };
      });
    },
    async remove(server) {
      const had = Object.hasOwn(await read(), server);
      await vault.remove(secretId(server));
      if (had) {
        await change((clients) => {
          delete clients[server];
        });
      }
      return had;
    },
  };
}
