import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  freePort,
  ggufBytes,
  serve,
  startTestDaemon,
  testCertificate,
  writeFakeRuntime,
  type TestDaemon,
  type TestServer,
} from '#testing';
import type { SettingKey } from '../../src/dashboard/ui/messages/en/setting-words.ts';
import { gantry, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';
import {
  changeOnPage,
  expectOnPage,
  resetOf,
  settingKeys,
  settingOn,
  settingSteps,
  type SettingSteps,
} from './setting-steps.ts';

/** An address of this machine that is not loopback. */
const lan = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const model = 'test/tiny';

interface Shown {
  readonly key: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}

describe('every setting on the page', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  let mirror: TestServer;
  let steps: SettingSteps;
  let [port, otherPort, tlsPort] = [0, 0, 0];
  const adminFile = (): string => join(home.path, 'admin-settings.json');
  const url = (): string => `http://127.0.0.1:${otherPort}`;
  const start = async (): Promise<TestDaemon> =>
    await startTestDaemon({
      home: home.path,
      // The port is that of the settings; what an administrator gives and does not lock is its default.
      env: { GANTRY_PORT: '', GANTRY_ADMIN_SETTINGS: adminFile(), HOME: home.path },
    });
  beforeAll(async () => {
    home = await temporaryDirectory('all-settings');
    [port, otherPort, tlsPort] = [await freePort(), await freePort(), await freePort()];
    mirror = await serve((_request, response) => response.writeHead(404).end());
    const file = (name: string): string => join(home.path, name);
    const runtime = await writeFakeRuntime(file('bin/llama-server'), { answer: ['fine'] });
    steps = settingSteps({ file, runtime, otherPort, tlsPort, mirror: mirror.url });
    await Promise.all([
      writeFile(adminFile(), JSON.stringify({ 'server.port': { value: port } })),
      writeFile(file('cert.pem'), testCertificate.cert),
      writeFile(file('key.pem'), testCertificate.key),
      writeFile(file('tiny.gguf'), ggufBytes()),
      chmod(runtime, 0o755),
    ]);
    [daemon, browser] = await Promise.all([start(), startBrowser()]);
    const imported = await gantry(home.path, ['pull', '--gguf', file('tiny.gguf'), model]);
    expect(imported).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await mirror?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  const json = async (path: string, init?: RequestInit): Promise<unknown> =>
    await (await fetch(`${url()}${path}`, init)).json();
  const onCommandLine = async (): Promise<readonly Shown[]> =>
    JSON.parse((await gantry(home.path, ['settings', '--json'])).stdout) as Shown[];
  /** What the command line shows, put together where it is shown in parts. */
  const valueIn = (all: readonly Shown[], key: SettingKey): unknown => {
    const root = key.split('.');
    const parts = all.filter(({ path }) => root.every((name, at) => path[at] === name));
    if (parts.length === 1 && parts[0]?.path.length === root.length) return parts[0].value;
    const whole: Record<string, Record<string, unknown>> = {};
    for (const { path, value } of parts) {
      const [name = '', field = ''] = path.slice(root.length);
      whole[name] = { ...whole[name], [field]: value };
    }
    return whole;
  };
  const open = async (): Promise<Awaited<ReturnType<DashboardBrowser['open']>>> => {
    const dashboard = await browser.open({ url: url(), path: 'settings', expected: [/ERR_|Failed to load|40\d|503/] });
    // The language of the settings is changed on the way; this browser keeps to English.
    await dashboard.page.getByRole('button', { name: /Language|语言/ }).click();
    await dashboard.page.getByRole('menuitemradio', { name: 'English' }).click();
    await dashboard.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    return dashboard;
  };

  it('moves the page itself when it is its port', async () => {
    await using dashboard = await browser.open({
      url: `http://127.0.0.1:${port}`,
      path: 'settings',
      expected: [/ERR_|Failed to load/],
    });
    const { page } = dashboard;
    await settingOn(page, 'server.port').getByRole('textbox', { name: 'Port', exact: true }).fill(String(otherPort));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
    await page.waitForURL(`${url()}/dashboard/**`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect(fetch(`http://127.0.0.1:${port}/gantry/status`)).rejects.toThrow();
  });

  it('is changed by its field, holds at once, and is what the command line says', { timeout: 600_000 }, async () => {
    await using dashboard = await open();
    const { page } = dashboard;
    const change = async (...keys: readonly SettingKey[]): Promise<void> => {
      for (const key of keys) await changeOnPage(page, key, steps[key]);
    };
    await change('server.listen');
    expect((await fetch(`http://127.0.0.3:${otherPort}/gantry/status`)).status).toBe(200);
    await change('server.access', 'server.host');
    if (lan !== undefined) expect((await fetch(`http://${lan}:${otherPort}/gantry/status`)).status).toBe(200);
    expect(await statusAs('gpu.lan')).toBe(403);
    await change('server.origins', 'server.allowedHosts', 'server.bridgeAccess');
    expect(await statusAs('gpu.lan')).toBe(200);
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    };
    const allowed = await fetch(`${url()}/v1/models`, preflight);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await change('server.tls.port');
    await settingOn(page, 'server.tls.certificate').getByRole('textbox').fill(String(steps['server.tls.certificate']));
    await settingOn(page, 'server.tls.key').getByRole('textbox').fill(String(steps['server.tls.key']));
    await page.getByRole('button', { name: 'Save certificate and key' }).click();
    await settingOn(page, 'server.tls.key')
      .getByText(/^Changed\./)
      .waitFor();
    await change('server.tls.enabled', 'server.tls.only');
    expect(await certificateAt(tlsPort)).toBe(testCertificate.cert.replaceAll(/-----.*-----|\n/g, ''));
    if (lan !== undefined) await expect(fetch(`http://${lan}:${otherPort}/gantry/status`)).rejects.toThrow();

    await change('docker.socket', 'docker.bridge', 'dashboard.terminal');
    expect(existsSync(String(steps['docker.socket']))).toBe(true);
    await change('models.registryMirrors', 'models.insecureRegistries', 'models.fallback');
    await change('models.verify', 'models.sigstoreRoot');
    await expectPullAsks(mirror);

    const budgetBefore = await budget();
    await change('inference.memory', 'inference.gpu', 'inference.contextSize', 'inference.parallel');
    await change('inference.threads', 'inference.batchThreads', 'inference.keepAlive', 'inference.queueLimit');
    await change('inference.runtime', 'inference.vllm', 'modelSettings', 'requests.record');
    expect((await budget()) / budgetBefore).toBeCloseTo(5 / 7, 2);
    expect(await json(`/gantry/effective?model=${model}`)).toMatchObject({
      contextSize: { value: 64, origin: expect.stringContaining('settings') },
      parallel: { value: 3 },
      threads: { value: 1 },
      batchThreads: { value: 1 },
    });
    const asked = { model, messages: [{ role: 'user', content: 'Is it secret?' }] };
    const headers = { 'content-type': 'application/json' };
    const answer = await json('/v1/chat/completions', { method: 'POST', headers, body: JSON.stringify(asked) });
    expect(JSON.stringify(answer)).toContain('fine');
    expect(await json('/engines/ps')).toMatchObject([
      { model_name: expect.stringContaining('tiny'), keep_alive: '17m0s' },
    ]);
    // It is written down behind the answer.
    const recorded = await vi.waitFor(
      async () => {
        const text = JSON.stringify(await json('/engines/requests'));
        expect(text).toContain('/v1/chat/completions');
        return text;
      },
      { timeout: 60_000 },
    );
    expect(recorded).not.toContain('Is it secret?');

    await change('log.maxBytes', 'log.maxFiles');
    const log = async (): Promise<string> => await readFile(join(home.path, 'logs/gantry.log'), 'utf8');
    await fetch(`${url()}/models/none/before`);
    await vi.waitFor(async () => expect(await log()).toContain('/models/none/before'), { timeout: 60_000 });
    await change('log.level');
    await fetch(`${url()}/models/none/after`);

    const section = page.getByRole('region', { name: 'Docker AI' });
    await section.getByRole('switch', { name: 'Enable Docker AI' }).check();
    await section.getByRole('button', { name: 'Accept and enable' }).click();
    await settingOn(page, 'assistant.acceptedTerms')
      .getByText(/^Changed\./)
      .waitFor();
    await change('assistant.model', 'assistant.mcp', 'assistant.maxSteps', 'assistant.keepSessions');
    await change('assistant.permissions.deny', 'assistant.permissions.ask', 'assistant.permissions.allow');
    await change('assistant.enforced.deny', 'assistant.enforced.ask', 'assistant.enforced.allow');
    await change('assistant.acknowledged', 'assistant.projects', 'assistant.tools');
    expect(await json('/gantry/assistant')).toMatchObject({ enabled: true, model: null });

    await change('mcp.verify', 'mcp.record', 'mcp.blockSecrets', 'mcp.blockNetwork', 'mcp.enabled');
    expect((await fetch(`${url()}/mcp`, { method: 'DELETE' })).status).toBe(503);
    await change('modelRunner.enabled');
    expect((await fetch(`${url()}/models`)).status).toBe(503);
    await change('language');
    await expectAccessible(page);

    const shown = await onCommandLine();
    for (const key of settingKeys) expect([key, valueIn(shown, key)]).toEqual([key, steps[key]]);
    expect(shown.filter(({ origin }) => origin === 'default').map(({ key }) => key)).toEqual([]);
  });

  it('is the same after a restart, on the page and on the command line', { timeout: 600_000 }, async () => {
    await daemon.stop();
    // What it had to say is on disk now: nothing of a request that came after its level was changed.
    expect(await readFile(join(home.path, 'logs/gantry.log'), 'utf8')).not.toContain('/models/none/after');
    daemon = await start();
    await using dashboard = await open();
    const { page } = dashboard;
    await settingOn(page, 'modelSettings').getByRole('textbox').waitFor();
    for (const key of settingKeys) await expectOnPage(page, key, steps[key]);
    const shown = await onCommandLine();
    for (const key of settingKeys) expect([key, valueIn(shown, key)]).toEqual([key, steps[key]]);
    expect((await fetch(`${url()}/models`)).status).toBe(503);
    expect((await fetch(`${url()}/mcp`, { method: 'DELETE' })).status).toBe(503);
    expect(await certificateAt(tlsPort)).toBe(testCertificate.cert.replaceAll(/-----.*-----|\n/g, ''));
    expect(await statusAs('gpu.lan')).toBe(200);

    // What is looked for is found by its key, its name and what it does.
    await page.getByLabel('Find a setting').fill('idle stays');
    await settingOn(page, 'inference.keepAlive').waitFor();
    expect(await page.getByRole('group', { name: /^[a-z]+\.[a-zA-Z.]+$/ }).count()).toBe(1);
    await page.getByLabel('Find a setting').fill('no such thing');
    await page.getByText('No setting is like that.', { exact: true }).waitFor();
  });

  it('goes back to its default, one by one', { timeout: 600_000 }, async () => {
    await using dashboard = await open();
    const { page } = dashboard;
    // The address is closed to others before it asks for keys again; the port is last, because the page goes with it.
    const first: readonly SettingKey[] = ['server.host', 'server.listen'];
    const others = settingKeys.filter((key) => ![...first, 'server.tls.key', 'server.port'].includes(key));
    await page.getByRole('checkbox', { name: 'Only what is changed' }).check();
    for (const key of [...first, ...others]) {
      await resetOf(page, key).click();
      await resetOf(page, key).waitFor({ state: 'detached' });
    }
    await resetOf(page, 'server.port').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
    await page.waitForURL(`http://127.0.0.1:${port}/dashboard/**`);
    const shown = await onCommandLine();
    expect(shown.filter(({ origin }) => origin !== 'default')).toEqual([]);
    expect(valueIn(shown, 'server.port')).toBe(port);
  });

  it('is greyed and refused when an administrator locks it, with who did', async () => {
    await daemon.stop();
    // All but what would lock the journey itself out, or open this machine.
    const given = { ...steps, 'server.host': '127.0.0.1', 'server.access': 'auto', 'modelRunner.enabled': true };
    const locked = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value, locked: true }]));
    await writeFile(adminFile(), JSON.stringify(locked));
    daemon = await start();
    await using dashboard = await open();
    const { page } = dashboard;
    await settingOn(page, 'modelSettings').getByRole('textbox').waitFor();
    for (const key of settingKeys) {
      const field = settingOn(page, key);
      await field.getByText(`Set by an administrator in ${adminFile()}`, { exact: true }).waitFor();
      const controls = field.locator('input, textarea, button, [role=combobox], .MuiChip-deletable');
      const open = await controls.evaluateAll((all) =>
        all
          .filter((one) => !one.matches(':disabled, [aria-disabled=true], [aria-hidden=true]'))
          .map((one) => one.outerHTML.slice(0, 200)),
      );
      expect([key, open]).toEqual([key, []]);
      const refused = await fetch(`${url()}/gantry/settings`, {
        method: 'PATCH',
        headers: { 'x-gantry-client': 'test' },
        body: JSON.stringify([{ path: key, value: null }]),
      });
      expect([key, refused.status]).toEqual([key, 400]);
      expect(await refused.text()).toContain('An administrator of this machine set');
    }
    expect(await page.getByRole('switch', { name: 'Enable host-side TCP' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    const refused = await gantry(home.path, ['settings', 'set', 'language', 'en']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('An administrator of this machine set language.');
  });

  async function budget(): Promise<number> {
    const { memory } = (await json('/gantry/status')) as { memory: { budgetBytes: number } };
    return memory.budgetBytes;
  }

  /** The status of an answer to somebody who calls this machine by another name. */
  async function statusAs(host: string): Promise<number | undefined> {
    return await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: otherPort, path: '/gantry/status', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  async function certificateAt(at: number): Promise<string> {
    return await new Promise((resolve, reject) => {
      const asked = secureRequest({ host: '127.0.0.1', port: at, path: '/version', rejectUnauthorized: false });
      asked.on('response', (response) => {
        response.resume();
        const { raw } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
        resolve(raw.toString('base64'));
      });
      asked.on('error', reject).end();
    });
  }

  async function expectPullAsks(registry: TestServer): Promise<void> {
    const asking = new AbortController();
    const pull = fetch(`${url()}/models/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: 'ai/nothing-here' }),
      signal: asking.signal,
    }).then((answer) => answer.text());
    pull.catch(() => undefined);
    await vi.waitFor(
      () => expect(registry.requests.map(({ url: path }) => path).join(' ')).toContain('/v2/ai/nothing-here/'),
      { timeout: 60_000, interval: 200 },
    );
    asking.abort();
  }
});
