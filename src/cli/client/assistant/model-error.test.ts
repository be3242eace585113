import { expect, it } from 'vitest';
import { throwModelError } from './model-error.ts';

it('a model that is set and cannot answer is an error, as the daemon told it', () => {
  const modelError = { code: 'model.not_found', message: 'It is gone.', hint: 'Pull it.', params: { name: 'a' } };
  expect(() => throwModelError({ modelError })).toThrow(expect.objectContaining(modelError));
  expect(() => throwModelError({ modelError: { ...modelError, code: 'of-a-later-daemon' } })).toThrow(
    expect.objectContaining({ code: 'internal', message: 'It is gone.' }),
  );
  expect(() => throwModelError({})).not.toThrow();
});
