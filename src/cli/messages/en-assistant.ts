/** Texts of the assistant: its facts, sessions, rules and switches. */
export const enAssistant = {
  'ai.facts.rate': 'Rating',
  'ai.facts.fix': 'Fixes',
  'ai.facts.generate': 'Files for the project',
  'ai.facts.why': 'Diagnosis',
  'ai.facts.run': 'How to run it',
  'ai.facts.scan': 'What is in the image',
  'ai.facts.doctor': 'The Docker Engine',
  'ai.facts.disk': 'Disk space',
  'ai.facts.containers': 'Containers',
  'ai.facts.images': 'Images',
  'ai.facts.volumes': 'Volumes',
  'ai.facts.networks': 'Networks',
  'ai.facts.models': 'Models',
  'ai.facts.capabilities': 'What I can do',
} as const satisfies Record<string, string>;
