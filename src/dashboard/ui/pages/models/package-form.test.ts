import { describe, expect, it } from 'vitest';
import { packageCommand, packageRequestOf, type PackageForm } from './package-form.ts';

const form: PackageForm = {
  gguf: '/m/x.gguf',
  target: 'localhost:5000/me/x:1',
  mmproj: '',
  chatTemplate: '',
  license: '',
  contextSize: '',
  push: false,
};

describe('the form of a packaging', () => {
  it('is a request when file and name are given', () => {
    expect(packageRequestOf(form).request).toEqual({ gguf: '/m/x.gguf', target: 'localhost:5000/me/x:1' });
    expect(packageRequestOf({ ...form, target: ' ' }).request).toBe(undefined);
  });

  it('takes only absolute paths and whole sizes', () => {
    expect(packageRequestOf({ ...form, gguf: 'x.gguf', contextSize: '4k' })).toEqual({
      request: undefined,
      problems: { gguf: 'absolute', contextSize: 'positive' },
    });
  });

  it('passes on what else is said', () => {
    const full = { ...form, license: '/m/LICENSE', contextSize: '4096', push: true };
    expect(packageRequestOf(full).request).toMatchObject({ licenses: ['/m/LICENSE'], contextSize: 4096, push: true });
    expect(packageCommand({ ...full, gguf: "/m/it's.gguf" })).toBe(
      String.raw`gantry package --gguf '/m/it'\''s.gguf' --license /m/LICENSE --context-size 4096 --push localhost:5000/me/x:1`,
    );
  });
});
