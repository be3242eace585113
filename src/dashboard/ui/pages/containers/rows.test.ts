import { expect, it } from 'vitest';
import { byProject, portTexts, publishedUrls, type ContainerRow } from './rows.ts';

const row = (change: Partial<ContainerRow>): ContainerRow => ({
  id: 'a',
  name: 'a',
  image: '',
  imageId: '',
  command: '',
  createdAt: 0,
  state: 'running',
  status: '',
  exitCode: null,
  health: 'none',
  ports: [],
  project: null,
  service: null,
  dependsOn: [],
  networks: [],
  volumes: [],
  badge: null,
  ...change,
});

it('finds the containers of each project of Compose, whatever its name', () => {
  const rows = [
    row({}),
    row({ id: 'b', project: 'shop' }),
    row({ id: 'c', project: '__proto__' }),
    row({ id: 'd', project: 'shop' }),
  ];
  const found = [...byProject(rows)].map(([project, all]) => [project, all.map(({ id }) => id)]);
  expect(found).toEqual([
    ['shop', ['b', 'd']],
    ['__proto__', ['c']],
  ]);
});

it('tells each port once, though it is bound for both kinds of addresses', () => {
  const ports = [
    { address: '0.0.0.0', host: 8080, container: 80, protocol: 'tcp' },
    { address: '::', host: 8080, container: 80, protocol: 'tcp' },
    { address: '127.0.0.1', host: 53, container: 53, protocol: 'udp' },
    { address: '', host: null, container: 9000, protocol: 'tcp' },
  ];
  expect(portTexts(row({ ports }))).toEqual(['8080→80', '127.0.0.1:53→53/udp', '9000']);
  expect(publishedUrls(row({ ports }))).toEqual(['http://localhost:8080']);
});
