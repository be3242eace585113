import { readFileSync } from 'node:fs';
import type { Paths } from '#core';

/**
 * Whether the settings of this machine have the assistant switched on, seen without a daemon: for what help shows, and so that
 * questions need none while it is off. The daemon decides.
 */
export function isAssistantEnabled({ settings }: Pick<Paths, 'settings'>): boolean {
  try {
    return saysEnabled(readFileSync(settings, 'utf8'));
  } catch {
    return false;
  }
}

export function saysEnabled(text: string): boolean {
  // Written as JSON is: whether that `enabled` is the assistant's is left to the daemon.
  if (/^\s*\{/.test(text)) return /["']?assistant["']?\s*:[^]*["']?enabled["']?\s*:\s*true\b/.test(text);
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^assistant\s*:/.test(line));
  if (start === -1) return false;
  const own = lines[start]?.replace(/^assistant\s*:/, '') ?? '';
  const end = lines.findIndex((line, index) => index > start && /^[^\s#]/.test(line));
  const block = [own, ...lines.slice(start + 1, end === -1 ? undefined : end)];
  return block.some((line) => /(?:^\s*|[{,]\s*)["']?enabled["']?\s*:\s*true\b/.test(line));
}
