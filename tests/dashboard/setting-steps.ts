import type { Locator, Page } from 'playwright-core';
import {
  settingWords as words,
  type SettingKey,
  type SettingWords,
} from '../../src/dashboard/ui/messages/en/setting-words.ts';
import { settingKinds } from '../../src/dashboard/ui/pages/settings/kinds.ts';

/** What a journey sets a setting to, as the command line shows it afterwards. */
export type SettingSteps = Readonly<Record<SettingKey, unknown>>;

export interface StepOptions {
  /** A path in the home of the daemon. */
  readonly file: (name: string) => string;
  /** Of a llama-server. */
  readonly runtime: string;
  readonly otherPort: number;
  readonly tlsPort: number;
  readonly mirror: string;
}

export function settingSteps({ file, runtime, otherPort, tlsPort, mirror }: StepOptions): SettingSteps {
  const rule = { pattern: 'registry.example.com/**', key: file('key.pem') };
  return {
    language: 'zh',
    'modelRunner.enabled': false,
    'server.host': '0.0.0.0',
    'server.listen': ['127.0.0.3'],
    'server.port': otherPort,
    'server.origins': ['https://app.example'],
    'server.allowedHosts': ['gpu.lan'],
    'server.access': 'open',
    'server.bridgeAccess': 'keys',
    'server.tls.enabled': true,
    'server.tls.port': tlsPort,
    'server.tls.certificate': file('cert.pem'),
    'server.tls.key': file('key.pem'),
    'server.tls.only': true,
    'docker.socket': file('run/own.sock'),
    'docker.bridge': 'off',
    'models.fallback': 'forbid',
    'models.registryMirrors': [mirror],
    'models.insecureRegistries': ['registry.example:5000'],
    'models.verify': [rule],
    'models.sigstoreRoot': file('root.json'),
    'inference.runtime': runtime,
    'inference.vllm': 'container:example/vllm:1',
    'inference.gpu': 'none',
    'inference.contextSize': 64,
    'inference.parallel': 2,
    'inference.threads': 1,
    'inference.batchThreads': 1,
    'inference.keepAlive': '17m',
    'inference.memory': '50%',
    'inference.queueLimit': 7,
    'mcp.enabled': false,
    'mcp.verify': [rule],
    'mcp.record': 'metadata',
    'mcp.blockSecrets': false,
    'mcp.blockNetwork': true,
    'dashboard.terminal': false,
    'assistant.enabled': true,
    'assistant.acceptedTerms': 1,
    'assistant.model': 'none',
    'assistant.acknowledged': ['some-model'],
    'assistant.mcp': false,
    'assistant.maxSteps': 3,
    'assistant.keepSessions': 5,
    'assistant.tools': { shell: { enabled: false } },
    'assistant.permissions.deny': ['shell(rm *)'],
    'assistant.permissions.ask': ['fetch'],
    'assistant.permissions.allow': ['read_file'],
    'assistant.enforced.deny': ['shell(sudo *)'],
    'assistant.enforced.ask': ['write_file'],
    'assistant.enforced.allow': ['list_files'],
    'assistant.projects': { '/home/me/a.b': { deny: ['fetch'], ask: [], allow: [] } },
    'requests.record': 'metadata',
    'log.level': 'warn',
    'log.maxBytes': 65_536,
    'log.maxFiles': 2,
    modelSettings: { 'test/tiny': { parallel: 3 } },
  };
}

export const settingKeys = Object.keys(words) as SettingKey[];

/** One setting on the page, with all that belongs to it. */
export function settingOn(page: Page, key: SettingKey): Locator {
  return page.getByRole('group', { name: key, exact: true });
}

export function resetOf(page: Page, key: SettingKey): Locator {
  return page.getByRole('button', { name: `Back to the default of ${key}`, exact: true });
}

/** Changes a setting as a person does: by its field, whatever that is, and waits until the page says that it holds. */
export async function changeOnPage(page: Page, key: SettingKey, value: unknown): Promise<void> {
  const field = settingOn(page, key);
  const { name, options }: SettingWords = words[key];
  const input = field.getByRole('textbox', { name, exact: true });
  switch (settingKinds.get(key)) {
    case 'switch':
      await field.getByRole('switch', { name, exact: true }).setChecked(value === true);
      break;
    case 'choice':
      await field.getByRole('combobox', { name }).click();
      await page.getByRole('option', { name: options?.[String(value)] ?? '', exact: true }).click();
      break;
    case 'list':
      for (const item of value as readonly string[]) {
        await input.fill(item);
        await field.getByRole('button', { name: `Add to ${key}`, exact: true }).click();
        await field.getByText(item, { exact: true }).waitFor();
      }
      break;
    case 'yaml':
      // JSON is YAML.
      await input.fill(JSON.stringify(value, undefined, 2));
      await field.getByRole('button', { name: `Save ${key}`, exact: true }).click();
      break;
    default:
      await input.fill(String(value));
      await page.keyboard.press('Enter');
  }
  await field.getByText(/^Changed\./).waitFor();
}

/** What the page shows a setting to be. */
export async function expectOnPage(page: Page, key: SettingKey, value: unknown): Promise<void> {
  const field = settingOn(page, key);
  const { name, options }: SettingWords = words[key];
  switch (settingKinds.get(key)) {
    case 'switch':
    case 'assistant':
      await field
        .getByRole('switch', { name, exact: true })
        .and(page.locator(value === true ? ':checked' : ':not(:checked)'))
        .waitFor();
      return;
    case 'choice':
      await field
        .getByRole('combobox', { name })
        .and(page.getByText(options?.[String(value)] ?? '', { exact: true }))
        .waitFor();
      return;
    case 'list':
      for (const item of value as readonly string[]) await field.getByText(item, { exact: true }).waitFor();
      return;
    case 'terms':
      await field.getByText(`${name}: version ${String(value)}`, { exact: true }).waitFor();
      return;
    case 'yaml': {
      const text = await field.getByRole('textbox', { name, exact: true }).inputValue();
      const { parse } = await import('yaml');
      const shown: unknown = parse(text);
      if (JSON.stringify(shown) !== JSON.stringify(value)) throw new Error(`${key} is ${text} on the page.`);
      return;
    }
    default: {
      const text = await field.getByRole('textbox', { name, exact: true }).inputValue();
      if (text !== String(value)) throw new Error(`${key} is ${text} on the page.`);
    }
  }
}
