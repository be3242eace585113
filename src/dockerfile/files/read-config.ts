import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { configFileName, readRatingConfig } from '../beside.ts';
import type { RatingConfig } from '../config.ts';
import { readText } from './read-context.ts';
import { unreadable } from './read-source.ts';

export interface ConfigReader {
  of(folder: string): Promise<RatingConfig>;
}

/** The settings file that is named, or the first one found on the way up to the folder of the repository. */
export function createConfigReader(named?: string): ConfigReader {
  const known = new Map<string, Promise<RatingConfig>>();
  const read = async (folder: string): Promise<RatingConfig> => {
    if (named !== undefined) {
      const text = await readText(resolve(named));
      if (text === undefined) throw unreadable(named, { code: 'ENOENT' });
      return await readRatingConfig(text, named);
    }
    const path = join(folder, configFileName);
    const text = await readText(path);
    if (text !== undefined) return await readRatingConfig(text, path);
    const above = dirname(folder);
    const isTop = above === folder || (await stat(join(folder, '.git')).catch(() => undefined)) !== undefined;
    return isTop ? { options: {}, failUnder: undefined } : await of(above);
  };
  const of = async (folder: string): Promise<RatingConfig> => {
    const reading = known.get(folder) ?? read(folder);
    known.set(folder, reading);
    return await reading;
  };
  return { of };
}
