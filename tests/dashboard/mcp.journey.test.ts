import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, temporaryDirectory } from '../harness.ts';
import { startMcpDaemon, type McpDaemon } from '../mcp-daemon.ts';
import { mcpScriptImage } from '../mcp-images.ts';
import { expectAccessible, startBrowser, type DashboardBrowser, type OpenOptions } from './browser.ts';

const missing = await dockerMissing();

/** A server whose every answer tries to become something else than text. */
const hostileServer = String.raw`
'use strict';
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
const schema = (properties = {}, required = []) => ({ type: 'object', properties, required });
const bad = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
const tools = [
  { name: 'attack', description: bad + '\u001b[31mred\u202Ereversed', inputSchema: schema() },
  { name: 'huge', description: 'One line of megabytes', inputSchema: schema() },
  { name: 'token', description: 'Whether the secret came', inputSchema: schema() },
  { name: 'greet', description: 'Greets', inputSchema: schema({
      who: { type: 'string', title: 'Who', description: 'Whom to greet' },
      times: { type: 'integer', default: 1 },
      loud: { type: 'boolean' },
    }, ['who']) },
  { name: 'slow', description: 'Says how far it is and never ends', inputSchema: schema() },
];
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'owned\'"/>').toString('base64');
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const answers = {
  attack: () => [
    { type: 'text', text: bad },
    { type: 'image', mimeType: 'image/svg+xml', data: svg },
    { type: 'image', mimeType: 'image/png', data: pixel },
    { type: 'resource_link', uri: 'javascript:document.title="owned"', name: 'click me' },
    { type: 'resource', resource: { uri: 'https://evil.example/x', mimeType: 'text/html', text: bad } },
  ],
  huge: () => [{ type: 'text', text: 'x'.repeat(5000000) }],
  token: () => [{ type: 'text', text: process.env.TOKEN === 'open sesame' ? 'it has it' : 'it has something else' }],
  greet: ({ who, times = 1, loud }) => [{ type: 'text', text: (loud ? 'HELLO ' : 'Hello ') + who + ' x' + times }],
};
console.error('listening ' + bad);
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize') {
    return send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'hostile', version: '1' } } });
  }
  if (method === 'tools/list') return send({ id, result: { tools } });
  if (method !== 'tools/call') return send({ id, result: {} });
  if (params.name === 'slow') {
    const progressToken = params._meta && params._meta.progressToken;
    return send({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 3, message: 'a third' } });
  }
  send({ id, result: { content: answers[params.name](params.arguments || {}) } });
});
`;

/** Markdown that would be a page, fetch something, or lead somewhere. */
const hostileReadme = `# Read me
<script>document.title="owned"</script><iframe src="https://evil.example"></iframe>
![tracker](https://evil.example/pixel.png) [click](javascript:document.title="owned") [data](data:text/html,x)
\u202Egnp.exe \u001B[31mred`;

describe.skipIf(missing !== undefined)('the MCP Toolkit in the dashboard', () => {
  let daemon: McpDaemon;
  let browser: DashboardBrowser;
  let user: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    user = await temporaryDirectory('mcp-user');
    const image = await mcpScriptImage(hostileServer);
    const secrets = [{ name: 'hostile.token', env: 'TOKEN', example: '<TOKEN>' }];
    const config = [{ name: 'hostile', type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }];
    [daemon, browser] = await Promise.all([
      startMcpDaemon({
        profiles: {
          default: [{ name: 'hostile', image, secrets, config, title: '<b>Hostile</b>', readme: hostileReadme }],
        },
        env: { HOME: user.path, XDG_CONFIG_HOME: join(user.path, '.config') },
      }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await user?.[Symbol.asyncDispose]();
  });

  const open = (path: string, options: Omit<OpenOptions, 'url' | 'path'> = {}) =>
    browser.open({ url: daemon.current().url, path: `mcp/${path}`, ...options });
  const cli = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await gantry(daemon.home, ['mcp', ...args, '--json'], { env: { HOME: user.path } })).stdout);
  const nobodyOwnsIt = async (page: Page): Promise<void> => {
    expect(await page.title()).toBe('MCP Toolkit · Gantry');
    expect(await page.locator('main script, main iframe, main img[src^="http"]').count()).toBe(0);
  };

  it('adds a server of the starter catalogue, whose image is made while one looks, and shows it in the other tab', async () => {
    await using dashboard = await open('catalog');
    const { page } = dashboard;
    const other = await dashboard.secondTab('mcp/servers');
    await other.getByRole('link', { name: '<b>Hostile</b>' }).waitFor();
    const search = page.getByRole('search', { name: 'Search the catalogues' });
    await search.getByRole('searchbox', { name: 'Search' }).fill('nothing is like this');
    await page.getByText('No server is like that.', { exact: true }).waitFor();
    await search.getByRole('searchbox', { name: 'Search' }).fill('revise branch');
    await search.getByRole('combobox', { name: 'Runs' }).click();
    await page.getByRole('option', { name: 'Local' }).click();
    await search.getByRole('combobox', { name: 'Tag' }).click();
    await page.getByRole('option', { name: /^starter/ }).click();
    await page.getByRole('link', { name: 'Sequential Thinking' }).waitFor();
    expect(await page.getByRole('list', { name: 'Catalog' }).getByRole('listitem').count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add sequentialthinking' }).click();
    const dialog = page.getByRole('dialog', { name: 'Adding sequentialthinking to the profile default' });
    await expectAccessible(page);
    await dialog.getByText('Added. It can be used.', { exact: true }).waitFor({ timeout: 240_000 });
    await other.getByRole('link', { name: 'Sequential Thinking' }).waitFor();
    expect(await cli('server', 'ls')).toMatchObject([{ name: 'hostile' }, { name: 'sequentialthinking' }]);
    await dialog.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('button', { name: 'Ask the server for its tools' }).click();
    await page.getByRole('button', { name: 'Try sequentialthinking' }).click();
    await page.getByRole('textbox', { name: 'thought', exact: true }).waitFor({ timeout: 60_000 });
    await expectAccessible(page);
  });

  it('asks for what a server needs, keeps its secret, and the server gets it', async () => {
    await using dashboard = await open('servers');
    const { page } = dashboard;
    await page.getByText('Needs configuration', { exact: true }).waitFor();
    await page.getByRole('link', { name: '<b>Hostile</b>' }).click();
    const form = page.getByRole('form', { name: 'Configuration' });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('This is needed.', { exact: true }).waitFor();
    await expectAccessible(page);
    await form.getByRole('textbox', { name: 'city' }).fill('Bern');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const secret = page.getByRole('form', { name: 'hostile.token', exact: true });
    await secret.getByLabel('Value of hostile.token').fill('open sesame');
    await secret.getByRole('button', { name: 'Save' }).click();
    await secret.getByText(/^Kept in: (?:file|keychain)$/).waitFor();
    await secret.getByRole('button', { name: 'Check hostile.token' }).click();
    await page.getByText('hostile.token can be read.', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('open sesame');
    expect(JSON.stringify(await cli('profile', 'show', 'default'))).toContain('"city":"Bern"');
    expect(JSON.stringify(await cli('secret', 'ls'))).toContain('hostile.token');

    await page.getByRole('tab', { name: 'Tools', exact: true }).click();
    await page.getByRole('button', { name: 'Ask the server for its tools' }).click();
    await page.getByRole('button', { name: 'Try token' }).click();
    const trial = page.getByRole('form', { name: 'Try token' });
    await trial.getByRole('button', { name: 'Run' }).click();
    await trial.getByText('it has it', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it('tries a tool with a form made from its schema, and gives a call up', async () => {
    await using dashboard = await open('servers/hostile');
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Try greet' }).click();
    const form = page.getByRole('form', { name: 'Try greet' });
    await form.getByRole('button', { name: 'Run' }).click();
    await form.getByText('This is needed.', { exact: true }).waitFor();
    await form.getByRole('textbox', { name: 'Who' }).fill('Ada');
    await form.getByRole('textbox', { name: 'times' }).fill('2');
    await form.getByRole('button', { name: 'Run' }).click();
    await form.getByText('Hello Ada x2', { exact: true }).waitFor({ timeout: 60_000 });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Try slow' }).click();
    const slow = page.getByRole('form', { name: 'Try slow' });
    await slow.getByRole('button', { name: 'Run' }).click();
    await slow.getByText('a third').waitFor({ timeout: 60_000 });
    await slow.getByRole('button', { name: 'Cancel' }).click();
    await slow.getByText('Cancelled.', { exact: true }).waitFor();
    await page.getByRole('tablist', { name: 'Parts of hostile' }).getByRole('tab', { name: 'Calls' }).click();
    await page.getByRole('button', { name: 'greet', exact: true }).first().waitFor();
    await page.getByRole('table', { name: 'Calls' }).getByText('Cancelled', { exact: true }).waitFor();
    expect(JSON.stringify(await cli('calls'))).toContain('"name":"greet"');
  });

  it('shows what a hostile server says as text, and stays usable', async () => {
    await using dashboard = await open('servers/hostile');
    const { page } = dashboard;
    await page.getByText('<script>').first().waitFor();
    await page.getByRole('button', { name: 'Try attack' }).click();
    const attack = page.getByRole('form', { name: 'Try attack' });
    await attack.getByRole('button', { name: 'Run' }).click();
    await attack.getByText(/^image: image\/svg\+xml, /).waitFor({ timeout: 60_000 });
    const picture = attack.getByRole('img', { name: /image\/png/ });
    expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(1);
    expect(await attack.getByRole('link').count()).toBe(0);
    await nobodyOwnsIt(page);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Try huge' }).click();
    const huge = page.getByRole('form', { name: 'Try huge' });
    await huge.getByRole('button', { name: 'Run' }).click();
    await huge.getByRole('button', { name: /4,980,000 more characters/ }).waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByText('listening <img').first().waitFor();
    await page.getByRole('tab', { name: 'About' }).click();
    const about = page.getByRole('tabpanel', { name: 'About' });
    await about.getByText('Read me', { exact: true }).waitFor();
    expect(await about.getByRole('link').count()).toBe(0);
    expect(await about.locator('img, iframe, script').count()).toBe(0);
    await about.getByText(/⟨202E⟩gnp\.exe/).waitFor();
    await expectAccessible(page);
    await nobodyOwnsIt(page);
  });

  it('switches tools, as the command line sees', async () => {
    await using dashboard = await open('servers/hostile');
    const { page } = dashboard;
    await page.getByRole('switch', { name: 'huge may be used' }).click();
    await page.getByRole('button', { name: 'Try huge' }).and(page.locator(':disabled')).waitFor();
    expect(JSON.stringify(await cli('profile', 'show', 'default'))).toContain('"disabledTools":["huge"]');
    const enabled = await gantry(daemon.home, ['mcp', 'profile', 'tools', 'default', '--enable', 'hostile.huge']);
    expect(enabled.code).toBe(0);
    await page.getByRole('button', { name: 'Try huge' }).and(page.locator(':enabled')).waitFor();
  });

  it('gives a server a folder and takes it back, and refers to a secret that is kept elsewhere', async () => {
    await using dashboard = await open('servers/hostile');
    const { page } = dashboard;
    await page.getByRole('tab', { name: 'Set up' }).click();
    const folders = page.getByRole('region', { name: 'Folders of this machine' });
    const folder = join(user.path, 'work');
    await mkdir(folder, { recursive: true });
    await folders.getByRole('textbox', { name: 'Folder' }).fill(folder);
    await folders.getByRole('button', { name: 'Give a folder' }).click();
    await folders.getByRole('button', { name: `Remove ${folder}` }).waitFor();
    expect(await cli('grant', 'ls')).toMatchObject([{ server: 'hostile', path: folder, mode: 'ro' }]);
    await folders.getByRole('button', { name: `Remove ${folder}` }).click();
    await folders.getByText('No folder is given.', { exact: true }).waitFor();

    const secret = page.getByRole('form', { name: 'hostile.token', exact: true });
    await page.getByText('It is kept elsewhere', { exact: true }).click();
    const place = page.getByRole('form', { name: 'Where hostile.token is kept' });
    await place.getByRole('combobox', { name: 'Kept in' }).click();
    await page.getByRole('option', { name: 'What a command prints' }).click();
    await place.getByRole('textbox', { name: 'What a command prints' }).fill('echo "open sesame"');
    await expectAccessible(page);
    await place.getByRole('button', { name: 'Use from there' }).click();
    await secret.getByText('Kept in: command echo', { exact: true }).waitFor();
    await secret.getByText('se://docker/mcp/hostile.token', { exact: true }).waitFor();
    await secret.getByRole('button', { name: 'Check hostile.token' }).click();
    await page.getByRole('alert').getByText('hostile.token can be read.', { exact: true }).waitFor();
  });

  it('connects a client after showing what changes, and leaves its file as it was', async () => {
    const file = join(user.path, '.cursor', 'mcp.json');
    const text = '{\n  // my servers\n  "mcpServers": { "mine": { "command": "x" } }\n}\n';
    await mkdir(join(user.path, '.cursor'), { recursive: true });
    await writeFile(file, text);
    await using dashboard = await open('clients');
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Connect Cursor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Cursor' });
    await dialog.getByText('MCP_DOCKER').waitFor();
    expect(await readFile(file, 'utf8')).toBe(text);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Cursor is connected.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toContain('MCP_DOCKER');
    expect(await cli('client', 'ls', '--global')).toMatchObject({ cursor: { dockerMCPCatalogConnected: true } });
    await page.getByRole('button', { name: 'Disconnect Cursor' }).click();
    const undoing = page.getByRole('dialog', { name: 'Disconnect Cursor' });
    await undoing.getByText('MCP_DOCKER').waitFor();
    await undoing.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByText('Cursor is disconnected.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe(text);
    await expectAccessible(page);
  });

  it('makes and removes a profile, and takes a policy that holds at once', async () => {
    // A policy that cannot be understood is refused.
    await using dashboard = await open('profiles', { expected: [/400 \(Bad Request\).*\/gantry\/mcp\/policy/] });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Create a profile' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('My Work');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'my_work' }).waitFor();
    await expectAccessible(page);
    expect(await cli('profile', 'ls')).toMatchObject([{ id: 'default' }, { id: 'my_work' }]);
    await page.getByRole('button', { name: 'Remove my_work' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('link', { name: 'my_work' }).waitFor({ state: 'detached' });

    await page.getByRole('tab', { name: 'Policy' }).click();
    const editor = page.getByRole('textbox', { name: /policy\.yaml$/ });
    await editor.fill('rules: [{ effect: maybe }]');
    await page.getByRole('region', { name: 'Policy' }).getByRole('button', { name: 'Save' }).click();
    await page.getByText(/The policy is not valid/).waitFor();
    await editor.fill('rules:\n  - { effect: deny, server: hostile, tool: greet, reason: no greetings }\n');
    await page.getByRole('region', { name: 'Policy' }).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Saved.', { exact: true }).waitFor();
    // Its colours come by and by.
    await page.getByRole('region', { name: 'Policy' }).getByRole('button', { name: 'Save', disabled: true }).waitFor();
    await page
      .getByRole('region', { name: 'Rules in force' })
      .getByText('server hostile, tool greet (no greetings)', { exact: true })
      .waitFor();
    await expectAccessible(page);
    const test = page.getByRole('form', { name: 'Test' });
    await test.getByRole('textbox', { name: 'Server' }).fill('hostile');
    await test.getByRole('textbox', { name: 'Tool' }).fill('greet');
    await test.getByRole('button', { name: 'Test' }).click();
    await test.getByText('no greetings').waitFor();
    const verdict = await gantry(daemon.home, ['mcp', 'policy', 'test', 'hostile', 'greet', '--json']);
    expect(verdict.stdout).toContain('no greetings');

    // It holds at once, also for what is open; and where it asks, the person is asked.
    await editor.fill('rules:\n  - { effect: ask, server: hostile, tool: token }\n');
    await page.getByRole('region', { name: 'Policy' }).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Rules in force' }).getByText('server hostile, tool token').waitFor();
    const other = await dashboard.secondTab('mcp/servers/hostile');
    await other.getByRole('button', { name: 'Try token' }).click();
    const trial = other.getByRole('form', { name: 'Try token' });
    const question = other.getByRole('dialog', { name: 'The call waits for an answer' });
    await trial.getByRole('button', { name: 'Run' }).click();
    await question.getByRole('button', { name: 'Decline' }).click();
    await trial.getByText(/was not approved/).waitFor();
    await trial.getByRole('button', { name: 'Run' }).click();
    await question.getByRole('checkbox', { name: 'Approve' }).check();
    await expectAccessible(other);
    await question.getByRole('button', { name: 'Answer' }).click();
    await trial.getByText('it has it', { exact: true }).waitFor();
  });

  it('speaks Chinese in the dark, and no section of it has a grave finding of axe', async () => {
    for (const section of ['catalog', 'servers', 'clients', 'profiles', 'secrets', 'policy', 'calls']) {
      await using dashboard = await open(section, { locale: 'zh-CN', colorScheme: 'dark' });
      const { page } = dashboard;
      await page.getByRole('tab', { name: '目录' }).waitFor();
      await page.getByRole('note', { name: '等效的命令行' }).first().waitFor();
      await expectAccessible(page);
    }
  });
});
