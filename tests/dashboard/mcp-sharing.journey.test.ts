import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, startDockerRegistry, type DockerRegistry } from '#testing';
import { startRemoteServer, type RemoteServer } from '../../src/mcp/remote/testing/remote-server.ts';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, temporaryDirectory } from '../harness.ts';
import { startMcpDaemon, type McpDaemon } from '../mcp-daemon.ts';
import { everythingPackage, mcpPackageImage } from '../mcp-images.ts';
import { expectAccessible, startBrowser, type DashboardBrowser, type OpenOptions } from './browser.ts';

const missing = (await dockerMissing()) ?? dockerRegistryMissing();
const slow = { timeout: 120_000 };

/** Those of Docker's toolkit. */
const allClients = [
  'Claude Code',
  'Claude Desktop',
  'Cline',
  'Codex',
  'Continue',
  'Crush',
  'Cursor',
  'Gemini CLI',
  'Goose',
  'Gordon',
  'Kiro',
  'LM Studio',
  'OpenCode',
  'Sema4.ai Studio',
  'Visual Studio Code',
  'Zed',
];
/** One for each form of file: JSON, TOML, lists and maps of YAML, and Docker's own. */
const formats = [
  ['LM Studio', '.cache/lm-studio/mcp.json'],
  ['Codex', '.codex/config.toml'],
  ['Continue', '.continue/config.yaml'],
  ['Goose', '.config/goose/config.yaml'],
  ['Gordon', '.docker/mcp/profiles.json'],
] as const;

describe.skipIf(missing !== undefined)('the MCP Toolkit in the dashboard, among others', () => {
  let daemon: McpDaemon;
  let browser: DashboardBrowser;
  let registry: DockerRegistry;
  let remote: RemoteServer;
  let image: string;
  let user: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    user = await temporaryDirectory('mcp-user');
    image = await mcpPackageImage(everythingPackage);
    [registry, remote] = await Promise.all([startDockerRegistry(), startRemoteServer({ protected: true })]);
    const far = {
      name: 'far',
      image: '',
      type: 'remote',
      remote: { url: remote.url, transport_type: 'streamable-http' },
    };
    [daemon, browser] = await Promise.all([
      startMcpDaemon({
        profiles: { work: [{ name: 'everything', image }, far] },
        settings: 'mcp: { record: on }\n',
        env: {
          HOME: user.path,
          XDG_CONFIG_HOME: join(user.path, '.config'),
          DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1',
          DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
        },
      }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await remote?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
    await user?.[Symbol.asyncDispose]();
  });

  const open = (path: string, options: Omit<OpenOptions, 'url' | 'path'> = {}) =>
    browser.open({ url: daemon.current().url, path: `mcp/${path}`, ...options });
  const cli = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await gantry(daemon.home, ['mcp', ...args, '--json'], { env: { HOME: user.path } })).stdout);
  const said = (page: Page, text: string | RegExp): Promise<void> =>
    page.getByRole('alert').getByText(text, { exact: true }).first().waitFor(slow);
  const choose = async (page: Page, [box, option]: readonly [Locator, string]): Promise<void> => {
    await box.click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  it('gets prompts, reads resources, and answers what a server asks during a call', async () => {
    await using dashboard = await open('servers/everything?profile=work');
    const { page } = dashboard;
    await page.getByRole('tab', { name: 'Prompts and resources' }).click();
    await page.getByRole('button', { name: 'Ask the server for its tools' }).click();
    const prompt = page.getByRole('form', { name: 'Try args-prompt' });
    await prompt.getByRole('button', { name: 'Get args-prompt' }).click(slow);
    await prompt.getByText('This is needed.', { exact: true }).waitFor();
    await prompt.getByRole('textbox', { name: 'city' }).fill('Bern');
    await prompt.getByRole('button', { name: 'Get args-prompt' }).click();
    await prompt.getByText(/weather in Bern/).waitFor(slow);
    const template = page.getByRole('form', { name: 'Read demo://resource/dynamic/text/{resourceId}' });
    await template.getByRole('textbox', { name: 'Address' }).fill('demo://resource/dynamic/text/7');
    await template.getByRole('button', { name: /^Read/ }).click();
    await template.getByRole('region', { name: 'Resource' }).waitFor(slow);
    await expectAccessible(page);

    await page.getByRole('tab', { name: 'Tools', exact: true }).click();
    await page.getByRole('button', { name: 'Try trigger-elicitation-request' }).click();
    const trial = page.getByRole('form', { name: 'Try trigger-elicitation-request' });
    await trial.getByRole('button', { name: 'Run' }).click();
    const question = page.getByRole('dialog', { name: 'The call waits for an answer' });
    await question.waitFor(slow);
    await expectAccessible(page);
    await question
      .getByRole('textbox', { name: /String|name/i })
      .first()
      .fill('Ada');
    await question.getByRole('button', { name: 'Answer' }).click();
    await trial.getByRole('region', { name: 'Result' }).waitFor(slow);
    expect(await trial.textContent()).toContain('Ada');
    await page.getByRole('button', { name: 'Try get-structured-content' }).click();
    const structured = page.getByRole('form', { name: 'Try get-structured-content' });
    await choose(page, [structured.getByRole('combobox', { name: 'location' }), 'Chicago']);
    await structured.getByRole('button', { name: 'Run' }).click();
    await structured.getByRole('region', { name: 'Structured content' }).waitFor(slow);
  });

  it('is used with the keyboard alone: a server added, its secret kept, a tool tried, a client connected', async () => {
    const entry = {
      type: 'server',
      image,
      description: 'Needs a key',
      secrets: [{ name: 'keyed.token', env: 'TOKEN' }],
    };
    const file = join(user.path, 'keys.json');
    await writeFile(file, JSON.stringify({ name: 'keys', registry: { keyed: entry } }));
    await cli('catalog', 'import', file);
    await using dashboard = await open('catalog');
    const { page } = dashboard;
    const goTo = async (target: Locator): Promise<void> => {
      await target.waitFor(slow);
      for (let presses = 0; presses < 300; presses += 1) {
        if (await target.evaluate((element) => element.ownerDocument.activeElement === element)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`The Tab key does not lead to ${String(target)}.`);
    };
    const press = async (target: Locator): Promise<void> => {
      await goTo(target);
      await page.keyboard.press('Enter');
    };
    await goTo(page.getByRole('searchbox', { name: 'Search' }));
    await page.keyboard.type('keyed');
    await press(page.getByRole('button', { name: 'Add keyed' }));
    const dialog = page.getByRole('dialog', { name: 'Adding keyed to the profile default' });
    await goTo(dialog.getByLabel('Value of keyed.token'));
    await page.keyboard.type('open sesame');
    await page.keyboard.press('Enter');
    await dialog.getByText('Added. It can be used.', { exact: true }).waitFor(slow);
    await press(dialog.getByRole('button', { name: 'Open' }));
    await press(page.getByRole('button', { name: 'Ask the server for its tools' }));
    await press(page.getByRole('button', { name: 'Try echo' }));
    await goTo(page.getByRole('textbox', { name: 'message' }));
    await page.keyboard.type('by hand');
    await page.keyboard.press('Enter');
    await page.getByRole('form', { name: 'Try echo' }).getByText('Echo: by hand', { exact: true }).waitFor(slow);
    await goTo(page.getByRole('tab', { name: 'Servers' }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await press(page.getByRole('button', { name: 'Connect Cursor' }));
    const connecting = page.getByRole('dialog', { name: 'Connect Cursor' });
    await connecting.getByRole('region', { name: 'What changes' }).waitFor();
    await press(connecting.getByRole('button', { name: 'Connect', exact: true }));
    await page.getByRole('button', { name: 'Disconnect Cursor' }).waitFor();
    await cli('client', 'disconnect', 'cursor', '--global');
  });

  it('shows calls as they come, stops doing so, and makes one again', async () => {
    await using dashboard = await open('calls?profile=work');
    const { page } = dashboard;
    const calls = page.getByRole('table', { name: 'Calls' });
    await calls.getByRole('button', { name: 'get-structured-content' }).first().click();
    const details = page.getByRole('dialog');
    await details.getByText('"Chicago"').waitFor();
    await expectAccessible(page);
    await details.getByRole('button', { name: 'Call again in the profile work' }).click();
    await details.getByRole('region', { name: 'Structured content' }).waitFor(slow);
    await details.getByRole('button', { name: 'Close' }).click();
    await calls.getByRole('button', { name: 'get-structured-content' }).nth(1).waitFor(slow);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await choose(page, [page.getByRole('combobox', { name: 'Outcome' }), 'Not OK']);
    await calls.getByRole('button', { name: 'get-structured-content' }).first().waitFor({ state: 'detached' });
  });

  it('signs in at a server that runs elsewhere, and out again', async () => {
    await using dashboard = await open('secrets');
    const { page } = dashboard;
    const service = page.getByRole('region', { name: 'far', exact: true });
    await service.getByText('Not authorized', { exact: true }).waitFor();
    await service.getByRole('button', { name: 'Sign in at far' }).click();
    const link = service.getByRole('link', { name: /^Open the sign-in/ });
    const [consent] = await Promise.all([page.context().waitForEvent('page'), link.click(slow)]);
    await consent.getByText(/Signed in\. You can close this page/).waitFor(slow);
    await service.getByText('Authorized', { exact: true }).waitFor(slow);
    expect(remote.issued.access.size).toBe(1);
    expect(await cli('oauth', 'ls')).toMatchObject([{ app: 'far', authorized: true }]);
    await expectAccessible(page);
    await service.getByRole('button', { name: 'Sign out' }).click();
    await service.getByText('Not authorized', { exact: true }).waitFor(slow);
    expect(remote.issued.access.size).toBe(0);
  });

  it('offers all clients, connects those of each format in their own files, and puts the files back', async () => {
    await using dashboard = await open('clients?profile=work');
    const { page } = dashboard;
    const buttons = page.getByRole('button', { name: /^Connect / });
    await buttons.first().waitFor();
    const labels = await buttons.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    expect(labels.map((label) => label.slice('Connect '.length))).toEqual(expect.arrayContaining(allClients));
    for (const [name, file] of formats) {
      await page.getByRole('button', { name: `Connect ${name}`, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: `Connect ${name}` });
      await dialog.getByRole('region', { name: 'What changes' }).waitFor();
      await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByRole('button', { name: `Disconnect ${name}`, exact: true }).waitFor();
      expect(await readFile(join(user.path, file), 'utf8')).toMatch(/work/);
      await page.getByRole('button', { name: `Undo the last change for ${name}`, exact: true }).click();
      const undoing = page.getByRole('dialog', { name: `Undo ${name}` });
      await undoing.getByRole('button', { name: 'Undo', exact: true }).click();
      await page.getByRole('button', { name: `Connect ${name}`, exact: true }).waitFor();
      await expect(readFile(join(user.path, file))).rejects.toThrow('ENOENT');
    }
  });

  it('connects a client of a project to the address of the daemon, with the token in a variable', async () => {
    const project = join(user.path, 'project');
    await mkdir(join(project, '.git'), { recursive: true });
    await using dashboard = await open('clients?profile=work');
    const { page } = dashboard;
    const form = page.getByRole('form', { name: /^Clients of a project/ });
    await form.getByRole('textbox').fill(project);
    await form.getByRole('button', { name: 'Show' }).click();
    await page.getByText(`Clients of the project ${project}`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Connect Claude Code' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Claude Code' });
    await choose(page, [dialog.getByRole('combobox', { name: 'Connection' }), 'Address (streamable HTTP)']);
    await dialog.getByRole('textbox', { name: 'Variable with the API key' }).fill('GANTRY_KEY');
    await dialog.getByText(/GANTRY_KEY\}/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await said(page, 'Claude Code is connected.');
    const written = JSON.parse(await readFile(join(project, '.mcp.json'), 'utf8')) as unknown;
    expect(written).toMatchObject({
      mcpServers: {
        MCP_DOCKER: {
          type: 'http',
          url: `${daemon.current().url}/mcp?profile=work`,
          headers: { Authorization: 'Bearer ${GANTRY_KEY}' },
        },
      },
    });
  });

  it('shares a profile through a registry, begins one from a template, and takes over what Docker keeps', async () => {
    await using dashboard = await open('profiles');
    const { page } = dashboard;
    const reference = `${registry.host}/team/work:1`;
    await page.getByRole('button', { name: 'Push work' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reference in a registry' }).fill(reference);
    await page.getByRole('dialog').getByRole('button', { name: 'Push' }).click();
    await said(page, new RegExp(`^Pushed as ${reference}@sha256:`));
    await page.getByRole('button', { name: 'Remove work' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('link', { name: 'work', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Pull a profile' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reference in a registry' }).fill(reference);
    await page.getByRole('dialog').getByRole('button', { name: 'Pull' }).click();
    await page.getByRole('link', { name: 'work', exact: true }).waitFor(slow);

    const docker = join(user.path, '.docker', 'mcp');
    await mkdir(join(docker, 'catalogs'), { recursive: true });
    await writeFile(join(docker, 'registry.yaml'), 'registry: { old: { ref: "" } }\n');
    const old = 'registry: { old: { type: server, image: mcp/old, description: An old one } }\n';
    await writeFile(join(docker, 'catalogs', 'docker-mcp.yaml'), old);
    await page.getByRole('button', { name: 'Take over from Docker’s toolkit' }).click();
    const taken = page.getByRole('status', { name: 'Take over from Docker’s toolkit' });
    await taken.getByText(/^Taken over: .*docker-mcp/).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export work' }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    await page.getByRole('button', { name: 'Import a profile' }).click();
    const importing = page.getByRole('dialog', { name: 'Import a profile' });
    await importing.locator('input[type=file]').setInputFiles({
      name: 'copy.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(text.replaceAll(/^(id|name): work$/gm, '$1: copied')),
    });
    await importing.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('link', { name: 'copied', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Create a profile' }).click();
    const creating = page.getByRole('dialog', { name: 'Create a profile' });
    await choose(page, [creating.getByRole('combobox', { name: 'Begin with' }), 'Basics']);
    await expectAccessible(page);
    await creating.getByRole('button', { name: 'Create' }).click();
    const adding = page.getByRole('dialog', { name: /^Adding memory, .* to the profile basics$/ });
    // Its images are made ahead of their first use; nobody has to wait for that.
    await adding.getByRole('button', { name: 'Close' }).click(slow);
    expect(await cli('profile', 'ls')).toMatchObject([
      { id: 'basics', servers: ['memory', 'sequentialthinking', 'filesystem'] },
      { id: 'copied' },
      { id: 'default' },
      { id: 'work' },
    ]);
  });

  it('imports, makes, pushes and removes catalogues', async () => {
    await using dashboard = await open('catalog');
    const { page } = dashboard;
    const catalogs = page.getByRole('region', { name: 'Catalogues' }).first();
    await catalogs.getByRole('button', { name: 'Import a catalogue' }).click();
    const importing = page.getByRole('dialog', { name: 'Import a catalogue' });
    await choose(page, [importing.getByRole('combobox', { name: 'From' }), 'A file of this browser’s machine']);
    await importing.locator('input[type=file]').setInputFiles({
      name: 'mine.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from('name: mine\nregistry: { shiny: { type: server, image: mcp/shiny, description: New } }\n'),
    });
    await importing.getByRole('status').getByText('mine.yaml', { exact: true }).waitFor();
    await importing.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('link', { name: 'shiny', exact: true }).waitFor();
    await catalogs.getByRole('button', { name: 'Create a catalogue' }).click();
    const creating = page.getByRole('dialog', { name: 'Create a catalogue' });
    const reference = `${registry.host}/team/ours:1`;
    await creating.getByRole('textbox', { name: 'Reference in a registry' }).fill(reference);
    await creating.getByRole('textbox', { name: 'Servers, as addresses' }).fill('catalog://mine/shiny');
    await expectAccessible(page);
    await creating.getByRole('button', { name: 'Create' }).click();
    await catalogs.getByRole('button', { name: `Push ${reference}` }).click(slow);
    await page.getByRole('dialog').getByRole('button', { name: 'Push' }).click();
    await said(page, new RegExp(`^Pushed as ${reference}@sha256:`));
    await catalogs.getByRole('button', { name: 'Remove mine:latest' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await catalogs.getByRole('button', { name: 'Remove mine:latest' }).waitFor({ state: 'detached' });
    const tags = (await (await fetch(`http://${registry.host}/v2/team/ours/tags/list`)).json()) as unknown;
    expect(tags).toMatchObject({ tags: ['1'] });
  });
});
