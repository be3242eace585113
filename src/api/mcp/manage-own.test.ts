import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  mcpCatalogBody,
  mcpCatalogDone,
  mcpClientChangeBody,
  mcpClientsBody,
  mcpDockerImportBody,
  mcpProfileBody,
  mcpReadmeBody,
  mcpSecretChecked,
  mcpSecretsBody,
} from '#contract';
import { desk } from '../testing/management-desk.ts';
import { readEvents } from '../testing/read-events.ts';

describe('catalogues of one’s own over the API', () => {
  it('are read from what a page sends, made of a profile, and not of two things at once', async () => {
    const { api, get, send, refusal } = await desk();
    const text = 'name: sent\nregistry: { a: { type: server, image: mcp/a, description: x } }\n';
    const events = await readEvents(`${api.url}/gantry/mcp/catalogs/import`, { method: 'POST', body: { text } });
    expect(mcpCatalogDone.parse(await events.next('done'))).toMatchObject({ ref: 'sent:latest', servers: ['a'] });
    await send('POST', 'profiles', { body: { name: 'Work', template: 'basics' } });
    await send('POST', 'catalogs', { body: { ref: 'ours', profile: 'work' } });
    const { servers } = await get('catalog?ref=ours', mcpCatalogBody);
    expect(servers.map(({ name }) => name)).toEqual(['memory', 'sequentialthinking', 'filesystem']);
    const readme = await get('catalog/readme?ref=ours&name=memory', mcpReadmeBody);
    expect(readme.text.length).toBe(readme.chars);
    for (const body of [{ place: '/x', text: 'y' }, {}, { text: 'y', kind: 'registry' }])
      expect(await refusal('POST', 'catalogs/import', body)).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(await refusal('POST', 'catalogs/import', { text: '[]' })).toMatchObject({ code: 'mcp.catalog_invalid' });
    expect(await refusal('POST', 'catalogs', { ref: 'x', profile: 'a', servers: [] })).toMatchObject({ status: 400 });
    expect(await refusal('POST', 'catalogs/import', { place: `/${'x'.repeat(2000)}`, as: 'x' })).toMatchObject({
      code: 'mcp.catalog_not_found',
    });
    expect(await refusal('POST', 'catalogs/push', { ref: 'absent' })).toMatchObject({ code: 'mcp.catalog_not_found' });
  });
});

describe('what else a page asks for', () => {
  it('begins a profile with the servers of a template, and takes over what Docker keeps', async () => {
    const { send, write, refusal } = await desk();
    expect(
      await send('POST', 'profiles', { body: { name: 'Start', template: 'basics' }, schema: mcpProfileBody }),
    ).toEqual({ id: 'start', name: 'Start', servers: ['memory', 'sequentialthinking', 'filesystem'] });
    expect(await refusal('POST', 'profiles', { name: 'X', template: 'nothing' })).toMatchObject({
      code: 'request.not_found',
    });
    await write('.docker/mcp/registry.yaml', 'registry: { clock: { ref: "" } }\n');
    await write('.docker/mcp/catalogs/docker-mcp.yaml', 'registry: { clock: { type: server, image: mcp/time } }\n');
    const first = await send('POST', 'profiles/import-docker', { schema: mcpDockerImportBody });
    expect(first).toMatchObject({ profiles: ['default'], keptProfiles: [] });
    const second = await send('POST', 'profiles/import-docker', { schema: mcpDockerImportBody });
    expect(second).toMatchObject({ profiles: [], keptProfiles: ['default'] });
  });

  it('refers to a secret that is kept elsewhere, and to nothing else', async () => {
    const { get, send, refusal } = await desk();
    await send('PUT', 'secrets/a.token/place', { body: { env: 'A_TOKEN' } });
    await send('PUT', 'secrets/b.token/place', { body: { command: ['echo', 'x'] } });
    const { secrets } = await get('secrets', mcpSecretsBody);
    expect(secrets.map(({ name, provider }) => [name, provider])).toEqual([
      ['a.token', 'env A_TOKEN'],
      ['b.token', 'command echo'],
    ]);
    expect(await send('POST', 'secrets/b.token/check', { schema: mcpSecretChecked })).toMatchObject({ resolved: true });
    await send('PUT', 'secrets/c.token/place', { body: { path: '/etc' } });
    expect(await send('POST', 'secrets/c.token/check', { schema: mcpSecretChecked })).toMatchObject({
      resolved: false,
      error: { code: 'settings.invalid' },
    });
    for (const body of [{}, { env: '1 x' }, { command: [] }, { path: 'relative' }, { env: 'A', path: '/x' }])
      expect(await refusal('PUT', 'secrets/a.token/place', body)).toMatchObject({ status: 400 });
  });

  it('connects a client to an address, where it can', async () => {
    const { get, send, refusal, home } = await desk();
    const { clients } = await get('clients', mcpClientsBody);
    expect(Object.fromEntries(clients.map(({ id, http }) => [id, http]))).toMatchObject({
      cursor: 'with_token',
      lmstudio: 'yes',
      goose: 'no',
    });
    const body = { url: 'http://127.0.0.1:12434/mcp?profile=work', tokenEnv: 'GANTRY_KEY' };
    await send('POST', 'clients/cursor/connect', { body, schema: mcpClientChangeBody });
    const written = await readFile(join(home, '.cursor', 'mcp.json'), 'utf8');
    expect(written).toContain('http://127.0.0.1:12434/mcp?profile=work');
    expect(written).toContain('${env:GANTRY_KEY}');
    expect(await refusal('POST', 'clients/goose/connect', { url: body.url })).toMatchObject({
      code: 'mcp.client_invalid',
    });
    for (const wrong of [{ url: 'file:///x' }, { tokenEnv: 'A' }, { ...body, tokenEnv: 'a b' }])
      expect(await refusal('POST', 'clients/cursor/connect', wrong)).toMatchObject({ status: 400 });
  });

  it('gets prompts and reads resources as it tries tools', async () => {
    const one = await desk();
    const asked: unknown[] = [];
    one.gateways.onCall = async (call) => {
      asked.push(call);
      return { kind: 'result', result: { ok: true } };
    };
    const ask = async (body: object): Promise<unknown> =>
      await (await readEvents(`${one.api.url}/gantry/mcp/calls`, { method: 'POST', body })).next('result');
    await ask({ server: 's', kind: 'prompt', tool: 'poem', arguments: { about: 'rain' } });
    await ask({ server: 's', kind: 'resource', tool: 'note://1' });
    expect(asked).toEqual([
      { server: 's', tool: 'prompt poem', arguments: { about: 'rain' } },
      { server: 's', tool: 'resource note://1', arguments: {} },
    ]);
    const wrong = { server: 's', kind: 'prompt', tool: 'poem', arguments: { about: 1 } };
    const refused = await readEvents(`${one.api.url}/gantry/mcp/calls`, { method: 'POST', body: wrong });
    expect(await refused.next('error')).toMatchObject({ code: 'request.invalid' });
  });
});
