import { describe, expect, it } from 'vitest';
import { packageCommand, packageRequestOf, pathWish, withPath, type PackageForm } from './package-form.ts';

const form: PackageForm = {
  source: 'gguf',
  weights: '/m/x.gguf',
  target: 'localhost:5000/me/x:1',
  mmproj: '',
  chatTemplate: '',
  licenses: '',
  contextSize: '',
  format: '',
  push: false,
};

describe('the form of a packaging', () => {
  it('is a request when weights and name are given', () => {
    expect(packageRequestOf(form).request).toEqual({ gguf: '/m/x.gguf', target: 'localhost:5000/me/x:1' });
    expect(packageRequestOf({ ...form, target: ' ' }).request).toBe(undefined);
  });

  it('takes the weights of a folder, a DDUF file or another model', () => {
    expect(packageRequestOf({ ...form, source: 'safetensorsDir', weights: '/m' }).request).toMatchObject({
      safetensorsDir: '/m',
    });
    expect(packageRequestOf({ ...form, source: 'from', weights: 'ai/smollm2' })).toMatchObject({
      problems: {},
      request: { from: 'ai/smollm2' },
    });
    expect(packageCommand({ ...form, source: 'from', weights: 'ai/smollm2' })).toBe(
      'gantry package --from ai/smollm2 localhost:5000/me/x:1',
    );
  });

  it('takes only absolute paths and whole sizes', () => {
    expect(packageRequestOf({ ...form, weights: 'x.gguf', contextSize: '4k', licenses: '/a\nb' })).toEqual({
      request: undefined,
      problems: { weights: 'absolute', contextSize: 'positive', licenses: 'absolute' },
    });
  });

  it('passes on what else is said', () => {
    const full: PackageForm = {
      ...form,
      licenses: '/m/LICENSE\n\n/m/NOTICE\n',
      contextSize: '4096',
      format: 'cncf',
      push: true,
    };
    expect(packageRequestOf(full).request).toMatchObject({
      licenses: ['/m/LICENSE', '/m/NOTICE'],
      contextSize: 4096,
      format: 'cncf',
      push: true,
    });
    expect(packageCommand({ ...full, weights: "/m/it's.gguf" })).toBe(
      String.raw`gantry package --gguf '/m/it'\''s.gguf' --license /m/LICENSE --license /m/NOTICE --context-size 4096 --format cncf --push localhost:5000/me/x:1`,
    );
  });

  it('looks for files of the kind that is meant, beside the weights when nothing is said yet', () => {
    expect(pathWish({ ...form, weights: '' }, 'weights')).toEqual({
      kind: 'file',
      endings: ['.gguf'],
      start: undefined,
    });
    expect(pathWish(form, 'mmproj')).toEqual({ kind: 'file', endings: ['.gguf'], start: '/m/' });
    expect(pathWish({ ...form, licenses: '/a/LICENSE\n' }, 'licenses')).toEqual({ kind: 'file', start: '/a/LICENSE' });
    expect(pathWish({ ...form, source: 'safetensorsDir', weights: '/m' }, 'weights')).toEqual({
      kind: 'folder',
      start: '/m',
    });
    expect(pathWish({ ...form, source: 'dduf' }, 'weights')).toMatchObject({ endings: ['.dduf'] });
  });

  it('looks for no file where a name is meant', () => {
    const from: PackageForm = { ...form, source: 'from', weights: 'ai/smollm2' };
    expect(pathWish(from, 'weights')).toBe(undefined);
    expect(pathWish(from, 'target')).toBe(undefined);
    expect(pathWish(from, 'chatTemplate')).toEqual({ kind: 'file', start: undefined });
  });

  it('takes a path that is chosen, and adds a licence to those before', () => {
    expect(withPath(form, 'weights', '/n/y.gguf')).toEqual({ weights: '/n/y.gguf' });
    expect(withPath({ ...form, licenses: '/a\n' }, 'licenses', '/b')).toEqual({ licenses: '/a\n/b' });
    expect(withPath({ ...form, licenses: '/a' }, 'licenses', '/a')).toEqual({ licenses: '/a' });
  });
});
