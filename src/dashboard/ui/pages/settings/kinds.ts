import type { SettingKey } from '../../messages/en/setting-words.ts';

/**
 * How a setting is changed. `size` is text that may be a number of bytes, `yaml` whatever has parts; the others have a form of their
 * own: `port` asks first, a `certificate` goes with its key, `terms` are what was agreed to.
 */
export type SettingKind =
  | 'switch'
  | 'choice'
  | 'text'
  | 'size'
  | 'number'
  | 'list'
  | 'yaml'
  | 'port'
  | 'certificate'
  | 'assistant'
  | 'terms';

/** What the fields of one part of the page are, in their order. */
export const settingGroups = {
  ai: { 'assistant.enabled': 'assistant' },
  runner: {
    'modelRunner.enabled': 'switch',
    'server.port': 'port',
    'server.origins': 'list',
    'inference.gpu': 'choice',
    'inference.memory': 'size',
    'inference.keepAlive': 'text',
    'inference.contextSize': 'number',
    'inference.parallel': 'number',
    'inference.queueLimit': 'number',
    'inference.threads': 'number',
    'inference.batchThreads': 'number',
    'inference.runtime': 'text',
    'inference.vllm': 'text',
    modelSettings: 'yaml',
  },
  toolkit: {
    'mcp.enabled': 'switch',
    'mcp.blockSecrets': 'switch',
    'mcp.blockNetwork': 'switch',
    'mcp.record': 'choice',
    'mcp.verify': 'yaml',
  },
  mirrors: { 'models.registryMirrors': 'list', 'models.insecureRegistries': 'list' },
  sources: { 'models.fallback': 'choice', 'models.verify': 'yaml', 'models.sigstoreRoot': 'text' },
  docker: { 'docker.socket': 'text', 'docker.bridge': 'choice', 'dashboard.terminal': 'switch' },
  assistant: {
    'assistant.model': 'yaml',
    'assistant.mcp': 'switch',
    'assistant.maxSteps': 'number',
    'assistant.keepSessions': 'number',
    'assistant.permissions.deny': 'list',
    'assistant.permissions.ask': 'list',
    'assistant.permissions.allow': 'list',
    'assistant.projects': 'yaml',
    'assistant.tools': 'yaml',
    'assistant.enforced.deny': 'list',
    'assistant.enforced.ask': 'list',
    'assistant.enforced.allow': 'list',
    'assistant.acknowledged': 'list',
    'assistant.acceptedTerms': 'terms',
  },
  access: {
    'server.access': 'choice',
    'server.host': 'text',
    'server.listen': 'list',
    'server.allowedHosts': 'list',
    'server.bridgeAccess': 'choice',
    'server.tls.enabled': 'switch',
    'server.tls.port': 'number',
    'server.tls.only': 'switch',
    'server.tls.certificate': 'certificate',
    'server.tls.key': 'certificate',
  },
  look: { language: 'choice' },
  records: {
    'requests.record': 'choice',
    'log.level': 'choice',
    'log.maxBytes': 'number',
    'log.maxFiles': 'number',
  },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<SettingKey, SettingKind>>>>>;

export type SettingGroup = keyof typeof settingGroups;

export const settingKinds: ReadonlyMap<SettingKey, SettingKind> = new Map(
  Object.values(settingGroups).flatMap((group) => Object.entries(group) as [SettingKey, SettingKind][]),
);

export function keysOf(group: SettingGroup): readonly SettingKey[] {
  return Object.keys(settingGroups[group]) as SettingKey[];
}
