import { expect, it } from 'vitest';
import { nameModel } from './name-model.ts';

it('gives a request the name its runner knows the model by', () => {
  expect(JSON.parse(nameModel(Buffer.from('{"model":"m","n":1}'), 'docker.io/ai/m:latest').toString())).toEqual({
    model: 'docker.io/ai/m:latest',
    n: 1,
  });
});

it.each(['', 'no json', '[1]'])('leaves "%s" as it is', (text) => {
  expect(nameModel(Buffer.from(text), 'name').toString()).toBe(text);
});
