import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { formatReference, isModelId, normalizeReference, parseReference } from '#registry';

const hex = '0123456789abcdef'.repeat(4);

describe('normalizeReference', () => {
  it.each([
    ['gemma3', 'docker.io/ai/gemma3:latest'],
    ['gemma3:v1', 'docker.io/ai/gemma3:v1'],
    ['model:', 'docker.io/ai/model:latest'],
    ['MyModel', 'docker.io/ai/mymodel:latest'],
    ['  gemma3 ', 'docker.io/ai/gemma3:latest'],
    ['myorg/model', 'docker.io/myorg/model:latest'],
    ['MyOrg/Model:Q4_K_M', 'docker.io/myorg/model:Q4_K_M'],
    ['docker.io/ai/smollm2', 'docker.io/ai/smollm2:latest'],
    ['index.docker.io/ai/smollm2:x', 'docker.io/ai/smollm2:x'],
    ['registry.example.com/org/m:v1', 'registry.example.com/org/m:v1'],
    ['localhost:5000/m', 'localhost:5000/m:latest'],
    ['localhost/m', 'localhost/m:latest'],
    ['[::1]:5000/m', '[::1]:5000/m:latest'],
    ['hf.co/Org/Model:Q4_K_M', 'huggingface.co/org/model:Q4_K_M'],
    ['huggingface.co/Org/Model.v1_x--y', 'huggingface.co/org/model.v1_x--y:latest'],
    ['abc123', 'docker.io/ai/abc123:latest'],
    [`x@sha256:${hex}`, `docker.io/ai/x@sha256:${hex}`],
    [`org/x@sha256:${hex}`, `docker.io/org/x@sha256:${hex}`],
    [`host.example/org/x:v1@sha256:${hex}`, `host.example/org/x:v1@sha256:${hex}`],
  ])('reads %s as %s', (text, expected) => {
    expect(normalizeReference(text)).toBe(expected);
  });

  it('puts names without a registry into the default registry, also with an organisation', () => {
    const options = { defaultRegistry: 'registry.local:5000' };
    expect(normalizeReference('m', options)).toBe('registry.local:5000/ai/m:latest');
    expect(normalizeReference('org/m:v', options)).toBe('registry.local:5000/org/m:v');
    expect(normalizeReference('docker.io/org/m', options)).toBe('docker.io/org/m:latest');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['a b', 'characters'],
    ['a\u0000b', 'characters'],
    ['modèle', 'characters'],
    ['a\nb', 'characters'],
    ['../../etc/passwd', 'registry'],
    ['org/../m', 'name'],
    ['org/..', 'name'],
    ['org//m', 'name'],
    ['/m', 'name'],
    ['m/', 'name'],
    ['-m', 'name'],
    ['a..b', 'name'],
    ['org/%2e%2e/m', 'name'],
    ['hf.co/org/..%2f', 'name'],
    ['hf.co/org/a..b', 'name'],
    ['invalid:reference:format', 'name'],
    ['host:99999/m', 'registry'],
    ['host:0/m', 'registry'],
    ['ho_st.x/m', 'registry'],
    [`${'a/'.repeat(200)}m`, 'too_long'],
    [`m:${'t'.repeat(129)}`, 'tag'],
    ['m:.hidden', 'tag'],
    ['m:a\\b', 'tag'],
  ])('refuses %j because of its %s', (text, reason) => {
    expect(() => normalizeReference(text)).toThrow(
      expect.objectContaining({ code: 'reference.invalid', params: expect.objectContaining({ reason }) }),
    );
  });

  it.each(['m@sha256:12', 'm@md5:abc', `m@sha256:${hex}@sha256:${hex}`, 'm@'])(
    'refuses %s because of its digest',
    (text) => {
      expect(() => normalizeReference(text)).toThrow(expect.objectContaining({ code: 'reference.invalid' }));
    },
  );

  it('is stable: what it prints reads back as the same reference, and any text is either read or refused with one code', () => {
    const piece = fc.stringMatching(/^[A-Za-z0-9._/:@[\]-]{0,40}$/);
    const likely = fc.tuple(
      fc.constantFrom('', 'hf.co/', 'Host.example:5000/', 'localhost/', 'docker.io/'),
      fc.stringMatching(/^[A-Za-z0-9]{1,8}(\/[a-z0-9._-]{1,8})?$/),
      fc.constantFrom('', ':', ':Q4_0', `@sha256:${hex}`),
    );
    const texts = fc.oneof(
      piece,
      fc.string(),
      likely.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let reference;
        try {
          reference = parseReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toHaveProperty('code', 'reference.invalid');
          return;
        }
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(reference.repository).not.toMatch(/\.\.|\/\/|^\/|[^\x21-\x7e]/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('isModelId', () => {
  it.each([
    [`sha256:${hex}`, true],
    [hex, true],
    [hex.slice(0, 12), true],
    [hex.slice(0, 11), false],
    [hex.slice(0, 12).toUpperCase(), false],
    ['sha256:abc', false],
    ['smollm2', false],
  ])('says of %s: %s', (text, expected) => {
    expect(isModelId(text)).toBe(expected);
  });
});
