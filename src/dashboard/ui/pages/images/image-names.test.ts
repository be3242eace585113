import { expect, it } from 'vitest';
import { hubPage, hubRepository, isOfUse, nameOf, registryOf, repositoriesOf, uses } from './image-names.ts';

it('calls an image by its first tag, else by its id', () => {
  expect(nameOf({ tags: ['app:1', 'app:2'], id: 'sha256:1' })).toBe('app:1');
  expect(nameOf({ tags: [], id: 'sha256:1' })).toBe('sha256:1');
});

it.each([
  ['app:1', 'docker.io'],
  ['team/app:1', 'docker.io'],
  ['index.docker.io/team/app', 'docker.io'],
  ['localhost/app', 'localhost'],
  ['127.0.0.1:5000/app:1', '127.0.0.1:5000'],
  ['registry.example.com/a/b:2', 'registry.example.com'],
])('%s is pushed to %s', (name, registry) => {
  expect(registryOf(name)).toBe(registry);
});

it('tells what is used, by stopped containers too, and what has no name', () => {
  const of = (tags: readonly string[], usedBy: readonly string[]): readonly string[] =>
    uses.filter((use) => isOfUse({ tags: [...tags], usedBy: [...usedBy] }, use));
  expect(of(['a:1'], ['web'])).toEqual(['all', 'used']);
  expect(of(['a:1'], [])).toEqual(['all', 'unused']);
  expect(of([], [])).toEqual(['all', 'unused', 'dangling']);
  expect(of([], ['web'])).toEqual(['all', 'used', 'dangling']);
});

it('knows which images of the Hub are here, and where they are there', () => {
  const tags = ['nginx:1', 'library/redis:7', 'docker.io/team/app:2', '127.0.0.1:5000/nginx-own:1'];
  expect([...repositoriesOf([{ tags }])]).toEqual(['nginx', 'redis', 'team/app']);
  expect([hubRepository('nginx'), hubRepository('team/app')]).toEqual(['library/nginx', 'team/app']);
  expect(hubPage('nginx')).toBe('https://hub.docker.com/_/nginx');
  expect(hubPage('team/app')).toBe('https://hub.docker.com/r/team/app');
});
