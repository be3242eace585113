import { expect, it } from 'vitest';
import { emptyForm, readForm } from './volume-form.ts';

it('asks for what is filled in, and shows the command that does the same', () => {
  const { request, command } = readForm({
    name: ' data ',
    driver: 'local',
    options: 'type=tmpfs\no=size=64m,uid=1000\n',
    labels: "owner=it's me",
  });
  expect(request).toEqual({
    name: 'data',
    driver: 'local',
    options: { type: 'tmpfs', o: 'size=64m,uid=1000' },
    labels: { owner: "it's me" },
  });
  expect(command).toBe(
    "docker volume create --driver local --opt type=tmpfs --opt o=size=64m,uid=1000 --label 'owner=it'\\''s me' data",
  );
  expect(readForm({ ...emptyForm, name: 'data' }).request).toEqual({ name: 'data' });
});

it.each(['', 'x', '-x', 'a b', '../a', 'ä', 'x'.repeat(256)])('takes no name that the Engine refuses: %j', (name) => {
  const read = readForm({ ...emptyForm, name });
  expect(read.isNameGood).toBe(false);
  expect(read.request).toBeUndefined();
});

it('names the lines that are no pair, instead of passing over them', () => {
  const read = readForm({ ...emptyForm, name: 'data', options: 'type', labels: '=x\nfine=' });
  expect(read.refused).toEqual({ options: ['type'], labels: ['=x'] });
  expect(read.request).toBeUndefined();
  expect(readForm({ ...emptyForm, name: 'data', driver: '--rm' })).toMatchObject({
    isDriverGood: false,
    request: undefined,
  });
});
