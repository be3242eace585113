import type { FileKind } from './build.ts';

/** What a file is to a model, by its name alone (contract model-runner §4.3); `file` is everything without a type of its own. */
export function classifyFile(path: string): FileKind {
  const name = baseName(path);
  if (name.endsWith('.gguf')) return 'gguf';
  if (name.endsWith('.safetensors')) return 'safetensors';
  if (name.endsWith('.dduf')) return 'dduf';
  if (isChatTemplateName(name)) return 'chatTemplate';
  return /licen[cs]e|copying|notice/.test(name) ? 'licence' : 'file';
}

export function isChatTemplateName(path: string): boolean {
  const name = baseName(path);
  return name.endsWith('.jinja') || name.includes('chat_template');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
