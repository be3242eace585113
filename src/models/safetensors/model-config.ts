import { open } from 'node:fs/promises';
import { isObject } from '../manifest/read-config.ts';

const largestBytes = 16 * 1024 * 1024;

/** What a model's `config.json` says; nothing where there is none that can be read. */
export async function readModelConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).size > largestBytes) return {};
      const value: unknown = JSON.parse(await file.readFile('utf8'));
      return isObject(value) ? value : {};
    } finally {
      await file.close();
    }
  } catch {
    return {};
  }
}
