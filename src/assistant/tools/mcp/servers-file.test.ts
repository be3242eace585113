import { describe, expect, it } from 'vitest';
import { readServersFile } from './servers-file.ts';

const variables: Readonly<Record<string, string>> = { TOKEN: 'canary', EMPTY: '' };
const links: Readonly<Record<string, string>> = { '/project/etc-link': '/etc' };

const read = (services: string) =>
  readServersFile(`services:\n${services.replaceAll(/^/gm, '  ')}`, {
    root: '/project',
    variable: (name) => variables[name],
    followLinks: (path) => links[path] ?? path,
  });

const problemOf = (service: string): string | undefined => {
  const { servers, problems } = read(`one:\n${service.replaceAll(/^/gm, '  ')}`);
  return servers.length === 0 ? problems[0]?.problem : undefined;
};

describe('the servers of a project', () => {
  it('are services of an ordinary Compose file', () => {
    const { servers, problems } = read(`fs:
  image: mcp/filesystem:\${VERSION:-1}
  command: serve "two words" /rootfs
  working_dir: /rootfs
  user: 1000
  network_mode: none
  environment:
    LEVEL: info
    TOKEN: "\${TOKEN}"
    COST: "5$$"
  volumes:
    - .:/rootfs
    - cache:/cache:ro
    - { type: bind, source: ./data, target: /data, read_only: true }
  extra_hosts: ["host.docker.internal:host-gateway"]
  restart: always
time:
  image: mcp/time
  environment: [TOKEN, A=b=c]`);
    expect(servers).toEqual([
      {
        name: 'fs',
        image: 'mcp/filesystem:1',
        command: ['serve', 'two words', '/rootfs'],
        shown: ['serve', 'two words', '/rootfs'],
        entrypoint: undefined,
        env: [
          ['LEVEL', 'info'],
          ['TOKEN', 'canary'],
          ['COST', '5$'],
        ],
        binds: ['/project:/rootfs', 'cache:/cache:ro', '/project/data:/data:ro'],
        workingDir: '/rootfs',
        user: '1000',
        hasNetwork: false,
        extraHosts: ['host.docker.internal:host-gateway'],
        passed: ['TOKEN'],
      },
      expect.objectContaining({
        name: 'time',
        env: [
          ['TOKEN', 'canary'],
          ['A', 'b=c'],
        ],
        hasNetwork: true,
      }),
    ]);
    expect(problems).toEqual([{ server: 'fs', problem: 'not used: restart' }]);
  });

  it('take their values where the command has them, and show them nowhere', () => {
    const [server] = read('pg:\n  image: x\n  command: postgresql://me:${TOKEN}@db').servers;
    expect(server?.command).toEqual(['postgresql://me:canary@db']);
    expect(server?.shown).toEqual(['postgresql://me:${TOKEN}@db']);
    expect(server?.passed).toEqual(['TOKEN']);
  });

  it.each([
    ['build: .', 'has no image'],
    ['image: x\nprivileged: true', 'asks for what servers of a project do not get: privileged'],
    ['image: x\ncap_add: [SYS_ADMIN]\npid: host', 'do not get: cap_add, pid'],
    ['image: x\ndevices: [/dev/sda]', 'do not get: devices'],
    ['image: x\nenv_file: .env', 'do not get: env_file'],
    ['image: x\nnetwork_mode: host', 'the network host'],
    ['image: x\nnetwork_mode: container:web', 'the network container:web'],
    ['image: x\nvolumes: ["/:/host"]', 'gives the machine away'],
    ['image: x\nvolumes: ["/etc:/e"]', 'gives the machine away'],
    ['image: x\nvolumes: ["../../etc:/e"]', 'gives the machine away'],
    ['image: x\nvolumes: ["./etc-link:/e"]', 'gives the machine away'],
    ['image: x\nvolumes: ["/var/run/docker.sock:/s"]', 'gives the machine away'],
    ['image: x\nvolumes: ["./docker.sock:/s"]', 'gives the machine away'],
    ['image: x\nvolumes: ["~/.ssh:/s"]', 'home folder'],
    ['image: x\nvolumes: ["./a:b"]', 'not an absolute path'],
    ['image: x\nvolumes: ["./a:/b:z"]', 'unknown mode'],
    ['image: x\ncommand: "a; rm -rf /"', 'only a shell understands'],
    ['image: x\ncommand: "a | b"', 'only a shell understands'],
    ['image: x\nenvironment: [NOT_SET]', 'needs the variable NOT_SET'],
    ['image: x\nenvironment: ["A=${EMPTY:?}"]', 'needs the variable EMPTY'],
    ['image: [x]', 'not written as Compose has it'],
  ])('do not start as %j', (service, problem) => {
    expect(problemOf(service)).toContain(problem);
  });

  it.each(['', 'services: 1', 'a: b', '{', 'services: {x y: {image: a}}'])('are not in %j', (text) => {
    expect(() => readServersFile(text, { root: '/', variable: () => undefined, followLinks: (path) => path })).toThrow(
      /not a Compose file/,
    );
  });
});
