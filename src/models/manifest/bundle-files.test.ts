import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, digestFromHex } from '#core';
import type { Manifest } from '#registry';
import { bundleFiles, safePath } from './bundle-files.ts';
import { mediaTypes } from './media-types.ts';

function manifest(...layers: [mediaType: string, filepath?: string][]): Manifest {
  return {
    schemaVersion: 2,
    config: { mediaType: mediaTypes.configV1, digest: digestFromHex('c'.repeat(64)), size: 1 },
    layers: layers.map(([mediaType, filepath], index) => ({
      mediaType,
      digest: digestFromHex(String(index).repeat(64)),
      size: index + 1,
      ...(filepath !== undefined && { annotations: { 'org.cncf.model.filepath': filepath } }),
    })),
  };
}

const paths = (found: Manifest) => bundleFiles(found).map(({ role, path, sizeBytes }) => [role, path, sizeBytes]);
const raw = 'application/vnd.cncf.model.weight.v1.raw';

describe('the files of a bundle', () => {
  it('have the fixed names of the contract', () => {
    const found = manifest([mediaTypes.gguf], [mediaTypes.licence], [mediaTypes.mmproj], [mediaTypes.chatTemplate]);
    expect(paths(found)).toEqual([
      ['weights', 'model.gguf', 1],
      ['mmproj', 'model.mmproj', 3],
      ['chatTemplate', 'template.jinja', 4],
    ]);
  });

  it('number shards by what their files are called, in whatever order the layers come', () => {
    const found = manifest([mediaTypes.gguf, 'x-00002-of-00002.gguf'], [mediaTypes.gguf, 'x-00001-of-00002.gguf']);
    expect(paths(found)).toEqual([
      ['weights', 'model-00001-of-00002.gguf', 2],
      ['weights', 'model-00002-of-00002.gguf', 1],
    ]);
  });

  it('are found in CNCF ModelPack artifacts, by type or by name', () => {
    const found = manifest(
      [raw, 'sub/model.gguf'],
      [raw, 'mmproj-f16.gguf'],
      ['application/vnd.cncf.model.doc.v1.raw', 'README.md'],
    );
    expect(paths(found)).toEqual([
      ['weights', 'model.gguf', 1],
      ['mmproj', 'model.mmproj', 2],
      ['other', 'README.md', 3],
    ]);
  });

  it('are found in the early forms of ModelPack', () => {
    const found = manifest(
      ['application/vnd.cncf.model.weight.v1.safetensors', 'b/x.safetensors'],
      ['application/vnd.cncf.model.weight.config.v1.raw', 'config.json'],
    );
    expect(paths(found)).toEqual([
      ['weights', 'b/x.safetensors', 1],
      ['other', 'config.json', 2],
    ]);
    expect(paths(manifest(['application/vnd.cncf.model.weight.v1.gguf']))).toEqual([['weights', 'model.gguf', 1]]);
  });

  it('of a folder keep their own names, the template too', () => {
    const found = manifest(
      [mediaTypes.safetensors, 'model-00001-of-00002.safetensors'],
      [mediaTypes.safetensors, 'model-00002-of-00002.safetensors'],
      [mediaTypes.chatTemplate, 'chat_template.jinja'],
      [mediaTypes.file, 'sub/tokenizer.json'],
    );
    expect(paths(found)).toEqual([
      ['weights', 'model-00001-of-00002.safetensors', 1],
      ['weights', 'model-00002-of-00002.safetensors', 2],
      ['chatTemplate', 'chat_template.jinja', 3],
      ['other', 'sub/tokenizer.json', 4],
    ]);
  });

  it('lie in archives when the weights are packed, and documents that are packed are left out', () => {
    expect(paths(manifest(['application/vnd.cncf.model.weight.v1.tar']))).toEqual([['archive', '', 1]]);
    expect(paths(manifest([mediaTypes.folderTar], [mediaTypes.vllmConfigTar]))).toEqual([
      ['archive', '', 1],
      ['archive', '', 2],
    ]);
    expect(paths(manifest([raw, 'a.gguf'], ['application/vnd.cncf.model.doc.v1.tar+gzip']))).toHaveLength(1);
  });

  it.each([
    { type: 'weight.v1.tar+gzip', role: 'archive', name: '', compression: 'gzip' },
    { type: 'weight.v1.tar.gz', role: 'archive', name: '', compression: 'gzip' },
    { type: 'weight.config.v1.tar+zstd', role: 'archive', name: '', compression: 'zstd' },
    { type: 'weight.v1.raw+zstd', path: 'm.gguf', role: 'weights', name: 'model.gguf', compression: 'zstd' },
    {
      type: 'weight.v1.raw+gzip',
      path: 'm.safetensors.gz',
      role: 'weights',
      name: 'm.safetensors',
      compression: 'gzip',
    },
    { type: 'weight.v1.raw', path: 'm.gguf', role: 'weights', name: 'model.gguf', compression: undefined },
  ])('are unpacked when they are $type', ({ type, path, role, name, compression }) => {
    const mediaType = `application/vnd.cncf.model.${type}`;
    const [found] = bundleFiles(manifest(path === undefined ? [mediaType] : [mediaType, path]));
    expect(found).toMatchObject({ role, path: name });
    expect(found?.compression).toBe(compression);
  });

  it('are refused when two layers claim one place, also by case or as folder and file', () => {
    const file = 'application/vnd.docker.ai.model.file';
    for (const [a, b] of [
      ['a.json', 'A.json'],
      ['a', 'a/b'],
      ['a/b', 'a'],
    ] as const) {
      expect(() => bundleFiles(manifest([file, a], [file, b]))).toThrow(/twice/);
    }
  });
});

describe('a path from a manifest', () => {
  it.each(['/etc/passwd', '../x', 'a/../../x', 'a//b', './a', 'a/', '', 'a\\b', 'C:x', 'a\u0000b', 'a\nb'])(
    '%j is refused',
    (path) => {
      expect(() => safePath(path)).toThrow(AppError);
    },
  );

  it('that is accepted never leaves its folder', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (path) => {
        try {
          safePath(path);
        } catch {
          return;
        }
        expect(posix.resolve('/base', path).startsWith('/base/')).toBe(true);
        expect(win32.resolve('C:\\base', path).startsWith('C:\\base\\')).toBe(true);
      }),
    );
  });
});
