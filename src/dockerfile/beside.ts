import type { RatingConfig } from './config.ts';
import type { ServiceFacts } from './context/project.ts';

// Few folders have these files. What reads them, a YAML parser and schemas, is a third of a command's start and loaded only for them.

/** Looked for beside the Dockerfile and in the folders above it. */
export const configFileName = '.gantry-dockerfile.yaml';

/** See `config.ts`. @throws AppError `settings.invalid` */
export async function readRatingConfig(text: string, path: string): Promise<RatingConfig> {
  return (await import('./config.ts')).readRatingConfig(text, path);
}

/** See `context/compose.ts`. */
export async function readServices(text: string, dockerfile: string): Promise<readonly ServiceFacts[]> {
  return (await import('./context/compose.ts')).readServices(text, dockerfile);
}
