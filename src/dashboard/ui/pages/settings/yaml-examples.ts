import type { SettingKey } from '../../messages/en/setting-words.ts';

const rule = 'pattern: registry.example.com/**\n  key: /etc/keys/team.pem';

/** Shown in fields that are empty. */
export const examples: Readonly<Partial<Record<SettingKey, string>>> = {
  'models.verify': `- ${rule}`,
  'mcp.verify': `- ${rule}`,
  'assistant.tools': 'shell:\n  approval: ask',
  'assistant.projects': '/home/me/project:\n  allow:\n    - read_file',
  modelSettings: 'ai/smollm2:\n  contextSize: 4096\n  pin: true',
};
