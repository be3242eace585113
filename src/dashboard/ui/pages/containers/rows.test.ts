import { expect, it } from 'vitest';
import { countProjects, portTexts, publishedUrls, type ContainerRow } from './rows.ts';

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
  networks: [],
  volumes: [],
  badge: null,
  ...change,
});

it('counts containers by their Compose project, those of none last', () => {
  const rows = [row({}), row({ project: 'shop' }), row({ project: 'shop', state: 'exited' }), row({ project: 'blog' })];
  expect(countProjects(rows)).toEqual([
    { project: 'blog', running: 1, all: 1 },
    { project: 'shop', running: 1, all: 2 },
    { project: null, running: 1, all: 1 },
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
