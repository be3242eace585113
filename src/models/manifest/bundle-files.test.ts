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

  it('are refused when the weights are packed', () => {
    expect(() => bundleFiles(manifest(['application/vnd.cncf.model.weight.v1.tar']))).toThrow(/packed as/);
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
        expect(
          new URL(path.replaceAll('%', '%25').replaceAll('?', '').replaceAll('#', ''), 'file:///base/').pathname,
        ).toMatch(/^\/base\//);
      }),
    );
  });
});
