import { expect, it } from 'vitest';
import { displayName } from './display-name.ts';

it('a name of a model leaves out what is the default, and only that', () => {
  expect(displayName('docker.io/ai/x:latest')).toBe('x');
  expect(displayName('docker.io/team/x:1')).toBe('team/x:1');
  expect(displayName('huggingface.co/ai/x:Q4_K_M')).toBe('huggingface.co/ai/x:Q4_K_M');
  expect(displayName('localhost:5000/ai/x:1')).toBe('localhost:5000/ai/x:1');
});
