import { describe, expect, it } from 'vitest';
import { readEvidence } from '../evidence/read-evidence.ts';
import { recreate } from './recreate.ts';
import { shellLines } from './shell.ts';

const evidenceOf = (config: object, host: object, more: object = {}) =>
  readEvidence({
    target: 'web',
    inspect: {
      Id: 'abcdef',
      Name: '/web',
      State: { Status: 'running', Running: true },
      Config: { Image: 'web:1', ...config },
      HostConfig: host,
      ...more,
    },
    image: { Config: { Env: ['PATH=/bin'], Entrypoint: ['/web'], Cmd: ['serve'] } },
  });

describe('a container made again', () => {
  it('keeps what was asked for, and leaves out what the image says anyway', () => {
    const evidence = evidenceOf(
      { Env: ['PATH=/bin', 'MODE=fast', 'API_TOKEN=abc'], Entrypoint: ['/web'], Cmd: ['serve'] },
      {
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
        Memory: 1048576,
        NetworkMode: 'app',
      },
      { Mounts: [{ Type: 'volume', Name: 'data', Source: '/x', Destination: '/data', RW: false }] },
    );
    expect(recreate(evidence, { memory: '64m' }).flatMap((fix) => shellLines(fix, 'web'))).toEqual([
      `export API_TOKEN="$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' web | sed -n 's/^API_TOKEN=//p')"`,
      'docker stop web',
      'docker rm web',
      'docker run -d --name web --restart on-failure:3 --network app -e MODE=fast -e API_TOKEN -p 127.0.0.1:8080:80 -v data:/data:ro --memory 64m web:1',
    ]);
  });

  it('quotes what a shell would read', () => {
    const [fix] = recreate(evidenceOf({ Cmd: ["it's $HOME"], Entrypoint: ['/web'] }, {}), {});
    expect(fix && shellLines(fix, 'web').at(-1)).toBe(String.raw`docker run -d --name web web:1 'it'\''s $HOME'`);
  });

  it('of Compose is changed in its file', () => {
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' };
    const [fix] = recreate(evidenceOf({ Labels: labels }, {}), { newSecrets: ['DB_PASSWORD'] });
    expect(fix?.commands).toEqual([
      { argv: ['docker', 'compose', '-p', 'shop', 'up', '-d', '--force-recreate', 'api'] },
    ]);
    expect(fix?.compose).toBe('services:\n  api:\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD:?}\n');
  });
});
