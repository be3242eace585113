import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, errorCodeOf, type Env } from '#core';
import type { EngineTls } from '../types.ts';
import type { DockerContext, MachineFacts } from './candidates.ts';

export interface FactsOptions {
  readonly env: Env;
  readonly userHome: string;
  /** ~/.docker or DOCKER_CONFIG. */
  readonly dockerConfig: string;
}

const configFile = z.looseObject({ currentContext: z.string().optional() });
const contextFile = z.looseObject({
  Endpoints: z.looseObject({
    docker: z.looseObject({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }).optional(),
  }),
});

/** @throws AppError `docker.unavailable` when the docker context in use cannot be read */
export async function readMachineFacts({ env, userHome, dockerConfig }: FactsOptions): Promise<MachineFacts> {
  const name = await contextName(env, dockerConfig);
  return {
    env,
    userHome,
    uid: process.getuid?.(),
    context: name === undefined ? undefined : await readContext(dockerConfig, name),
    envTls: env['DOCKER_TLS_VERIFY'] ? await readTls(env['DOCKER_CERT_PATH'] || dockerConfig, true) : undefined,
  };
}

/** As the docker CLI chooses: DOCKER_HOST over DOCKER_CONTEXT over the one in use. */
async function contextName(env: Env, dockerConfig: string): Promise<string | undefined> {
  if (env['DOCKER_HOST']) return undefined;
  const text = env['DOCKER_CONTEXT'] ? undefined : await readText(join(dockerConfig, 'config.json'));
  const name = env['DOCKER_CONTEXT'] ?? configFile.safeParse(parseJson(text)).data?.currentContext;
  return name === undefined || name === '' || name === 'default' ? undefined : name;
}

async function readContext(dockerConfig: string, name: string): Promise<DockerContext> {
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readText(join(dockerConfig, 'contexts/meta', id, 'meta.json'));
  const endpoint = contextFile.safeParse(parseJson(text)).data?.Endpoints.docker;
  if (endpoint === undefined) {
    throw new AppError('docker.unavailable', `The docker context ${name} does not exist or names no Docker Engine.`, {
      hint: 'List contexts with: docker context ls',
      params: { reason: 'context', context: name },
    });
  }
  const tls = await readTls(join(dockerConfig, 'contexts/tls', id, 'docker'), endpoint.SkipTLSVerify !== true);
  return { name, host: endpoint.Host, tls };
}

async function readTls(folder: string, verify: boolean): Promise<EngineTls | undefined> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readText(join(folder, name))),
  );
  return ca === undefined && cert === undefined && key === undefined ? undefined : { ca, cert, key, verify };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
