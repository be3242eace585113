import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digestFromHex, silentLog, systemClock, type Digest } from '#core';
import { createCredentials, createHttpClient, createOciRegistry, parseReference } from '#registry';
import { temporaryDirectory } from './harness.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.docker.ai.model.config.v0.1+json';
const ggufType = 'application/vnd.docker.ai.gguf.v3';

/** Publishes a GGUF file to a registry as docker/model-runner's v0.1 artifacts are (contract model-runner §4), with our own client. Returns the model id. */
export async function publishModel(path: string, name: string): Promise<Digest> {
  await using directory = await temporaryDirectory('publish');
  const http = createHttpClient({ env: {}, clock: systemClock });
  try {
    const registry = createOciRegistry({
      http,
      credentials: createCredentials({ dockerConfigDir: directory.path, env: {} }),
      mirrors: () => [],
      insecureRegistries: () => [],
      log: silentLog,
    });
    const signal = new AbortController().signal;
    const reference = parseReference(name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const layer = { mediaType: ggufType, digest: digestFromHex(hash.digest('hex')), size: (await stat(path)).size };
    const config = Buffer.from(
      JSON.stringify({
        config: {
          format: 'gguf',
          quantization: 'MOSTLY_Q4_1',
          parameters: '134.52M',
          architecture: 'llama',
          size: '92.10MiB',
        },
        descriptor: { created: '2025-02-07T07:02:00Z' },
        rootfs: { type: 'rootfs', diff_ids: [layer.digest] },
      }),
    );
    const configPath = join(directory.path, 'config.json');
    await writeFile(configPath, config);
    const configDescriptor = {
      mediaType: configType,
      digest: digestFromHex(createHash('sha256').update(config).digest('hex')),
      size: config.length,
    };
    await registry.pushBlob(reference, { signal, descriptor: configDescriptor, path: configPath });
    await registry.pushBlob(reference, { signal, descriptor: layer, path });
    const manifest = { schemaVersion: 2, mediaType: manifestType, config: configDescriptor, layers: [layer] };
    const bytes = Buffer.from(JSON.stringify(manifest));
    return await registry.pushManifest(reference, { signal, bytes, mediaType: manifestType });
  } finally {
    await http.close();
  }
}
