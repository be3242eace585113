import { expect, it } from 'vitest';
import { splitName } from './split-name.ts';

it.each([
  ['ai/x', 'ai/x', 'latest'],
  ['ai/x:1', 'ai/x', '1'],
  ['localhost:5000/x', 'localhost:5000/x', 'latest'],
  ['localhost:5000/x:1', 'localhost:5000/x', '1'],
])('%s is %s with the tag %s', (name, repo, tag) => {
  expect(splitName(name)).toEqual({ repo, tag });
});
