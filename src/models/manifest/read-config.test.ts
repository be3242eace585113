import { describe, expect, it } from 'vitest';
import { digestFromHex } from '#core';
import type { Manifest } from '#registry';
import { buildArtifact, formatParameters } from './build.ts';
import { mediaTypes } from './media-types.ts';
import { checkSupported, parseManifest } from './parse-manifest.ts';
import { readConfigFile } from './read-config.ts';

function manifest(configType: string, layerType: string = mediaTypes.gguf): Manifest {
  const descriptor = { digest: digestFromHex('a'.repeat(64)), size: 1 };
  return {
    schemaVersion: 2,
    config: { ...descriptor, mediaType: configType },
    layers: [{ ...descriptor, mediaType: layerType }],
  };
}

const read = (value: unknown, found: Manifest) => readConfigFile(Buffer.from(JSON.stringify(value)), found);

describe('a config', () => {
  it('of docker v0.1 and v0.2 is taken as it is', () => {
    const config = {
      format: 'gguf',
      quantization: 'IQ2_XXS/Q4_K_M',
      parameters: '361.82M',
      context_size: 8192,
      gguf: { a: 'b' },
    };
    const value = { config, descriptor: { created: '2025-03-24T12:36:21Z' } };
    for (const type of [mediaTypes.configV1, mediaTypes.configV2]) {
      expect(read(value, manifest(type))).toEqual({ config, created: 1742819781 });
    }
  });

  it('of CNCF ModelPack is shown in the same form, without a context size', () => {
    const value = {
      descriptor: { createdAt: '2025-03-24T12:36:21Z', family: 'x' },
      config: { architecture: 'llama', format: 'gguf', paramSize: '8b', quantization: 'q4_0', context_size: 1 },
      modelfs: { type: 'layers', diffIds: [] },
    };
    const expected = { format: 'gguf', quantization: 'q4_0', parameters: '8b', architecture: 'llama' };
    expect(read(value, manifest(mediaTypes.configModelPack))).toEqual({ config: expected, created: 1742819781 });
    expect(read(value, manifest(mediaTypes.configV1)).config).toEqual(expected);
  });

  it('that is damaged or of wrong types still gives a format', () => {
    expect(read({ config: { format: 7, gguf: [1], context_size: 'x' } }, manifest(mediaTypes.configV1))).toEqual({
      config: { format: 'gguf' },
      created: 0,
    });
    expect(readConfigFile(Buffer.from('{'), manifest(mediaTypes.configV1, mediaTypes.safetensors)).config.format).toBe(
      'safetensors',
    );
  });

  it('of another type is refused, naming it and what is supported', () => {
    expect(() => checkSupported('x', manifest('application/vnd.oci.image.config.v1+json'))).toThrow(
      /vnd\.oci\.image\.config.*config\.v0\.1.*config\.v0\.2.*cncf\.model\.config/,
    );
  });
});

describe('an artifact built here', () => {
  const files = [
    { kind: 'gguf', name: 'x.gguf', digest: digestFromHex('b'.repeat(64)), sizeBytes: 10 } as const,
    { kind: 'chatTemplate', name: 'chat_template.jinja', digest: digestFromHex('d'.repeat(64)), sizeBytes: 2 } as const,
  ];
  const build = () => buildArtifact(files, { config: { format: 'gguf' }, created: new Date('2026-01-02T03:04:05Z') });

  it('has the same id each time, and reads back', () => {
    const { id, manifest: bytes, config } = build();
    expect(build().id).toBe(id);
    const parsed = parseManifest(bytes);
    expect(parsed?.layers.map(({ mediaType }) => mediaType)).toEqual([mediaTypes.gguf, mediaTypes.chatTemplate]);
    expect(parsed && readConfigFile(config, parsed)).toEqual({ config: { format: 'gguf' }, created: 1767323045 });
  });
});

it.each([
  [134_515_008, '134.52M'],
  [7_241_732_096, '7.24B'],
  [1_000_000_000_000, '1.00T'],
  [1500, '1.50K'],
  [320, '320'],
])('%i parameters are written %s', (count, text) => {
  expect(formatParameters(count)).toBe(text);
});
