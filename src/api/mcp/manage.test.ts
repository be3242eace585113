import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  mcpCatalogBody,
  mcpCatalogDone,
  mcpCatalogsBody,
  mcpCatalogServerBody,
  mcpChange,
  mcpClientChangeBody,
  mcpClientsBody,
  mcpExportedProfileBody,
  mcpGrantsBody,
  mcpImageEvent,
  mcpLogLine,
  mcpManualBody,
  mcpPolicyBody,
  mcpProfileBody,
  mcpProfilesBody,
  mcpRemovedProfileBody,
  mcpSecretChecked,
  mcpSecretsBody,
  mcpSecretStored,
  mcpServerBody,
  mcpServersAdded,
  mcpServersBody,
  mcpVerdictBody,
} from '#contract';
import { AppError } from '#core';
import { desk, type Desk } from '../testing/management-desk.ts';
import { readEvents } from '../testing/read-events.ts';

describe('catalogues over the API', () => {
  it('are listed with their servers, what would run, and what has to be given before', async () => {
    const { get } = await desk();
    const { catalogs } = await get('catalogs', mcpCatalogsBody);
    expect(catalogs.map(({ ref, builtIn }) => [ref, builtIn])).toEqual([
      ['starter:latest', true],
      ['mine:latest', false],
    ]);
    const { servers } = await get('catalog?ref=mine', mcpCatalogBody);
    expect(servers).toMatchObject([
      { name: 'clock', category: 'clocks', publisher: 'somebody', license: 'MIT', tags: ['time', 'zones'], tools: 2 },
      {
        name: 'keyed',
        runs: 'container mcp/keyed',
        needs: { secrets: ['keyed.token'], config: ['city'], oauth: [] },
        tools: 0,
      },
    ]);
    const one = await get('catalog/server?ref=mine&name=keyed', mcpCatalogServerBody);
    expect(one).toMatchObject({
      ref: 'mine:latest',
      secrets: [{ name: 'keyed.token', env: 'TOKEN', example: '<TOKEN>' }],
      config: [{ required: ['city'] }],
    });
  });

  it('are imported from a file, shown before when asked, and removed; one that comes with Gantry stays', async () => {
    const { api, get, send, refusal, write } = await desk();
    const place = await write('other.yaml', 'registry: { a: { type: server, image: mcp/a, description: x } }\n');
    const preview = await readEvents(`${api.url}/gantry/mcp/catalogs/import`, {
      method: 'POST',
      body: { place, as: 'other', dryRun: true },
    });
    expect(mcpCatalogDone.parse(await preview.next('done'))).toMatchObject({ ref: 'other:latest', servers: ['a'] });
    expect((await get('catalogs', mcpCatalogsBody)).catalogs).toHaveLength(2);
    await (await readEvents(`${api.url}/gantry/mcp/catalogs/import`, { method: 'POST', body: { place } })).all();
    expect((await get('catalogs', mcpCatalogsBody)).catalogs.map(({ ref }) => ref)).toContain('other:latest');
    await send('DELETE', 'catalog?ref=other');
    expect((await get('catalogs', mcpCatalogsBody)).catalogs).toHaveLength(2);
    expect(await refusal('DELETE', 'catalog?ref=starter')).toMatchObject({ code: 'mcp.catalog_invalid' });
    const url = `${api.url}/gantry/mcp/catalogs/pull`;
    const pulled = await readEvents(url, { method: 'POST', body: { ref: 'r.test/x:1' } });
    expect(await pulled.next('pulling')).toMatchObject({ ref: 'r.test/x:1' });
    expect(await pulled.next('error')).toMatchObject({ code: 'source.unreachable', params: { host: 'registry' } });
  });
});

describe('the servers of a profile over the API', () => {
  const add = async ({ api }: Desk, ...servers: string[]) =>
    await readEvents(`${api.url}/gantry/mcp/profiles/default/servers`, { method: 'POST', body: { servers } });

  it('are added by name, with the making of their image told as it goes', async () => {
    const one = await desk();
    const events = await (await add(one, 'everything', 'clock')).all();
    expect(events.map(({ event }) => event)).toEqual(['image', 'image', 'done']);
    expect(mcpImageEvent.parse(events[0]?.data)).toMatchObject({ type: 'packages', done: 1, total: 2 });
    expect(mcpServersAdded.parse(events[2]?.data)).toMatchObject({ added: ['everything', 'clock'], problems: [] });
    expect(await one.refusal('POST', 'profiles/default/servers', { servers: ['tyme'] })).toMatchObject({
      status: 404,
      code: 'mcp.server_not_found',
    });
  });

  it('say what they need first, and take configuration that their schema allows and no other', async () => {
    const one = await desk();
    await (await add(one, 'keyed', 'clock')).all();
    const stateOf = async (): Promise<unknown> =>
      (await one.get('profiles/default/servers', mcpServersBody)).servers.map(({ name, state }) => [name, state]);
    expect(await stateOf()).toEqual([
      ['keyed', 'needs_config'],
      ['clock', 'ready'],
    ]);
    const path = 'profiles/default/servers/keyed/config';
    expect(await one.refusal('PUT', path, { values: { city: 3 } })).toMatchObject({ code: 'request.invalid' });
    expect(await one.refusal('PUT', path, { values: { town: 'x' } })).toMatchObject({ code: 'request.invalid' });
    await one.send('PUT', path, { body: { values: { city: 'Bern' } } });
    one.gateways.problems = [
      new AppError('mcp.not_configured', 'keyed needs the secret.', { params: { reason: 'secret' } }),
    ];
    expect(await stateOf()).toMatchObject([['keyed', 'needs_secret'], {}]);
    const shown = await one.get('profiles/default/servers/keyed', mcpServerBody);
    expect(shown).toMatchObject({
      config: { values: { city: 'Bern' }, problems: [] },
      secrets: [{ name: 'keyed.token', isSet: false }],
      problems: [{ code: 'mcp.not_configured' }],
    });
    await one.send('PUT', 'secrets/keyed.token', { body: { value: 's3cret', in: 'file' } });
    expect((await one.get('profiles/default/servers/keyed', mcpServerBody)).secrets).toMatchObject([
      { isSet: true, provider: 'file' },
    ]);
    await one.send('DELETE', 'profiles/default/servers/keyed');
    expect(await stateOf()).toHaveLength(1);
  });

  it('show all tools with their switches, those of the catalogue until the server was asked', async () => {
    const one = await desk();
    await (await add(one, 'clock')).all();
    const path = 'profiles/default/servers/clock';
    await one.send('PATCH', `${path}/tools`, { body: { disable: ['zones'] } });
    const shown = await one.get(path, mcpServerBody);
    expect(shown.toolsFrom).toBe('catalog');
    expect(shown.toolList.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['now', true],
      ['zones', false],
    ]);
    const inputSchema = { type: 'object', properties: { zone: { type: 'string' } } };
    one.gateways.known.set('clock', {
      era: 'legacy',
      serverInfo: {},
      capabilities: {},
      instructions: undefined,
      tools: [{ name: 'now', inputSchema }, { name: 'zones' }, { name: 'new' }],
      prompts: [],
      resources: [],
      templates: [],
    });
    const asked = await one.get(`${path}?ask=true`, mcpServerBody);
    expect(one.gateways.asked).toEqual(['clock']);
    expect(asked).toMatchObject({
      toolsFrom: 'asked',
      tools: { total: 3, enabled: 2 },
      toolList: [{ inputSchema }, { enabled: false }, { enabled: true }],
    });
    await one.send('PATCH', `${path}/tools`, { body: { all: 'disable' } });
    expect((await one.get(path, mcpServerBody)).tools).toEqual({ total: 3, enabled: 0 });
  });

  it('tell what they print, what was printed before included', async () => {
    const one = await desk();
    await (await add(one, 'clock')).all();
    one.gateways.print('default', 'clock', 'starting');
    using log = await readEvents(`${one.api.url}/gantry/mcp/profiles/default/servers/clock/logs`);
    expect(mcpLogLine.parse(await log.next('line'))).toEqual({ at: 1, line: 'starting' });
    one.gateways.print('other', 'clock', 'not ours');
    one.gateways.print('default', 'clock', '<b>ready</b>');
    expect(await log.next('line')).toMatchObject({ line: '<b>ready</b>' });
    const past = await fetch(`${one.api.url}/gantry/mcp/profiles/default/servers/clock/logs?follow=false`);
    expect(await past.text()).toMatch(/"starting"[^]*ready/);
  });
});

describe('profiles over the API', () => {
  it('are made, renamed, exported, imported and removed', async () => {
    const { get, send, refusal } = await desk();
    const made = await send('POST', 'profiles', { body: { name: 'My Work' }, schema: mcpProfileBody });
    expect(made).toEqual({ id: 'my_work', name: 'My Work', servers: [] });
    expect(await refusal('POST', 'profiles', { name: 'My Work' })).toMatchObject({ code: 'mcp.profile_conflict' });
    expect(await refusal('POST', 'profiles', { name: 'x', id: '../x' })).toMatchObject({ code: 'request.invalid' });
    await send('PATCH', 'profiles/my_work', { body: { name: 'Work' } });
    const { text } = await get('profiles/my_work/export?format=json', mcpExportedProfileBody);
    await send('DELETE', 'profiles/my_work', { schema: mcpRemovedProfileBody });
    await send('POST', 'profiles/import', { body: { text } });
    const { profiles } = await get('profiles', mcpProfilesBody);
    expect(profiles).toMatchObject([{ id: 'my_work', name: 'Work', clients: [] }]);
    expect(await refusal('POST', 'profiles/import', { text: ': no' })).toMatchObject({ code: 'request.invalid' });
    expect(await refusal('GET', 'profiles/my_work/export?format=xml')).toMatchObject({ code: 'request.invalid' });
    expect(await refusal('GET', 'profiles/nobody/servers')).toMatchObject({ code: 'mcp.profile_not_found' });
  });
});

describe('secrets over the API', () => {
  it('go in, are named, are tried, and never come back', async () => {
    const { api, get, send, refusal } = await desk();
    const body = { value: 'hunter2-hunter2', in: 'file' };
    expect(await send('PUT', 'secrets/a%2Fb.token', { body, schema: mcpSecretStored })).toMatchObject({
      name: 'a/b.token',
      in: 'file',
    });
    expect(await send('POST', 'secrets/a%2Fb.token/check', { schema: mcpSecretChecked })).toEqual({
      name: 'a/b.token',
      resolved: true,
    });
    expect(await send('POST', 'secrets/absent/check', { schema: mcpSecretChecked })).toMatchObject({
      resolved: false,
      error: { code: 'secret.not_found' },
    });
    const { text } = await api.ask('/gantry/mcp/secrets');
    expect(mcpSecretsBody.parse(JSON.parse(text)).secrets).toEqual([
      { name: 'a/b.token', provider: 'file', usedBy: [] },
    ]);
    expect(text).not.toContain('hunter2');
    await send('DELETE', 'secrets/a%2Fb.token');
    expect((await get('secrets', mcpSecretsBody)).secrets).toEqual([]);
    for (const value of ['', 'x\0y', 7]) {
      expect(await refusal('PUT', 'secrets/a', { value })).toMatchObject({ code: 'request.invalid' });
    }
    expect(await refusal('PUT', 'secrets/a%20b', { value: 'x' })).toMatchObject({ code: 'request.invalid' });
  });
});

describe('policy and grants over the API', () => {
  it('take a policy that can be understood, unless somebody changed it meanwhile', async () => {
    const { get, send, refusal, management } = await desk();
    const before = await get('policy', mcpPolicyBody);
    expect(before).toMatchObject({ text: '', policy: { default: 'allow' } });
    const text = '# mine\nrules:\n  - { effect: deny, tool: now, reason: not now }\n';
    const after = await send('PUT', 'policy', { body: { text, expects: before.digest }, schema: mcpPolicyBody });
    expect(await readFile(join(management.folder, 'policy.yaml'), 'utf8')).toBe(text);
    expect(after.policy).toMatchObject({ rules: [{ effect: 'deny' }] });
    const asked = { server: 'clock', name: 'now' };
    expect(await send('POST', 'policy/test', { body: asked, schema: mcpVerdictBody })).toMatchObject({
      effect: 'deny',
      reason: 'not now',
    });
    expect(
      await send('POST', 'policy/test', { body: { ...asked, text: 'default: deny' }, schema: mcpVerdictBody }),
    ).toMatchObject({ effect: 'deny', reason: 'no rule allows it' });
    expect(await refusal('PUT', 'policy', { text: 'default: deny', expects: before.digest })).toMatchObject({
      code: 'request.invalid',
    });
    for (const bad of [
      'rules: 3',
      'rules: [{ effect: maybe }]',
      '{',
      'rules: [{effect: deny, arguments: [{at: /a, regex: "("}]}]',
    ]) {
      expect(await refusal('PUT', 'policy', { text: bad })).toMatchObject({ code: 'request.invalid' });
    }
    expect((await get('policy', mcpPolicyBody)).text).toBe(text);
  });

  it('give folders that exist, and none with credentials unless that was said', async () => {
    const { get, send, refusal, home, write } = await desk();
    await write('src/a.txt', '');
    const path = join(home, 'src');
    await send('POST', 'grants', { body: { server: 'files', path, mode: 'ro' } });
    expect((await get('grants', mcpGrantsBody)).grants).toEqual([{ server: 'files', path, mode: 'ro' }]);
    await write('.ssh/id', '');
    expect(await refusal('POST', 'grants', { server: 'files', path: '~/.ssh', mode: 'ro' })).toMatchObject({
      code: 'mcp.denied',
    });
    expect(await refusal('POST', 'grants', { server: 'files', path: 'src', mode: 'ro' })).toMatchObject({
      code: 'request.invalid',
    });
    await send('DELETE', `grants?server=files&path=${encodeURIComponent(path)}`);
    expect((await get('grants', mcpGrantsBody)).grants).toEqual([]);
  });
});

describe('clients over the API', () => {
  it('show a diff first, change only the file that was shown, and give it back to the byte', async () => {
    const { get, send, refusal, write } = await desk();
    const text = '{\n  // mine\n  "mcpServers": {}\n}\n';
    const file = await write('.cursor/mcp.json', text);
    const { clients } = await get('clients', mcpClientsBody);
    expect(clients.find(({ id }) => id === 'cursor')).toMatchObject({ isInstalled: true, isConnected: false, file });
    const change = (verb: string, body: object) =>
      send('POST', `clients/cursor/${verb}`, { body, schema: mcpClientChangeBody });
    const preview = await change('connect', { dryRun: true });
    expect(preview.diff).toContain('+');
    expect(await readFile(file, 'utf8')).toBe(text);
    await write('.cursor/mcp.json', `${text}\n`);
    expect(await refusal('POST', 'clients/cursor/connect', { expects: preview.digest })).toMatchObject({
      code: 'mcp.client_invalid',
    });
    await write('.cursor/mcp.json', text);
    await change('connect', { expects: preview.digest });
    expect(await readFile(file, 'utf8')).toContain('/opt/gantry');
    await change('disconnect', {});
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await refusal('POST', 'clients/nobody/connect', {})).toMatchObject({ code: 'mcp.client_not_found' });
    expect(await refusal('POST', 'clients/cursor/connect', { profile: 'absent' })).toMatchObject({
      code: 'mcp.profile_not_found',
    });
    expect((await get('manual', mcpManualBody)).json).toContain('"MCP_DOCKER"');
  });
});

describe('what pages are told', () => {
  it('is what changed, whoever changed it', async () => {
    const { api, management, gateways } = await desk();
    using events = await readEvents(`${api.url}/gantry/mcp/events`);
    await events.next('connected');
    await management.profiles.create({ id: 'work', name: 'Work', servers: [], extra: {} });
    expect(mcpChange.parse(await events.next('changed'))).toEqual({ what: 'profiles' });
    gateways.change();
    expect(await events.next('changed')).toEqual({ what: 'servers' });
  });
});

describe('management routes', () => {
  it('are for programs of this machine and for the page that the daemon serves, not for other pages', async () => {
    const { api } = await desk();
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await api.ask('/gantry/mcp/profiles', { headers })).status;
    expect(await ask({})).toBe(200);
    expect(await ask({ origin: api.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await ask({ origin: 'http://localhost:3000' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await ask({ origin: 'null' })).toBe(403);
  });

  it.each([
    ['POST', 'catalogs/pull', { ref: '' }],
    ['POST', 'catalogs/import', { place: 3 }],
    ['GET', 'catalog', undefined],
    ['GET', 'catalog/server?ref=mine', undefined],
    ['POST', 'profiles', { name: '  ' }],
    ['POST', 'profiles', { name: 'x', more: 1 }],
    ['PATCH', 'profiles/x', {}],
    ['POST', 'profiles/pull', { reference: [] }],
    ['POST', 'profiles/default/servers', { servers: [] }],
    ['POST', 'profiles/default/servers', { servers: 'clock' }],
    ['PUT', 'profiles/default/servers/clock/config', { values: [] }],
    ['PATCH', 'profiles/default/servers/clock/tools', { all: 'maybe' }],
    ['POST', 'oauth/x', { scopes: 'a' }],
    ['POST', 'oauth/x/paste', {}],
    ['POST', 'grants', { server: 'x', path: '/', mode: 'rwx' }],
    ['DELETE', 'grants', undefined],
    ['PUT', 'policy', { text: 1 }],
    ['POST', 'policy/test', { server: '' }],
    ['POST', 'clients/cursor/connect', { folder: 'relative' }],
    ['POST', 'clients/cursor/undo', { dryRun: 'yes' }],
    ['POST', 'calls', { server: 'x' }],
    ['POST', 'calls/x/answer', { question: 'q', action: 'perhaps' }],
  ])('refuse what is no request: %s %s %j', async (method, path, body) => {
    const { refusal } = await desk();
    expect(await refusal(method, path, body)).toMatchObject({ status: 400, code: 'request.invalid' });
  });
});
