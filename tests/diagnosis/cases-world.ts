import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { runCommand, temporaryDirectory } from '../harness.ts';
import { startDockerRegistry } from '#testing';
import { label, node, run, shell, until, type Case, type World } from './provoke.ts';

async function network({ run: id }: World, name: string): Promise<string> {
  const { code, stderr } = await runCommand(['docker', 'network', 'create', '--label', `${label}=${id}`, name]);
  if (code !== 0) throw new Error(stderr);
  return name;
}

const listen = (port: number, host: string): readonly string[] =>
  node(`require("http").createServer((_, r) => r.end("ok")).listen(${port}, "${host}", () => console.log("up"))`);

async function up(container: string): Promise<void> {
  await until('it is up', async () => (await runCommand(['docker', 'logs', container])).stdout.includes('up'));
}

const textOf = async (command: readonly string[], cwd?: string): Promise<string> => {
  const { stdout, stderr } = await runCommand(command, cwd === undefined ? {} : { cwd });
  return `${stdout}${stderr}`;
};

/** Ports, names and networks. */
export const networkCases: readonly Case[] = [
  {
    id: 'C32',
    name: 'a port that another container has',
    async provoke(w, c) {
      await run(w, `${c}-first`, { options: ['-d', '-p', '127.0.0.1:28432:80'], command: shell('sleep 300') });
      return await run(w, c, { options: ['-p', '127.0.0.1:28432:80'] });
    },
  },
  {
    id: 'C33',
    name: 'a port that a program of the host has',
    async provoke(w, c) {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const text = await run(w, c, { options: ['-p', `127.0.0.1:${port}:80`] });
      server.close();
      return text;
    },
  },
  {
    id: 'C34',
    name: 'a port that the container uses twice',
    provoke: (w, c) =>
      run(w, c, {
        command: node('const n = require("net"); n.createServer().listen(3000, () => n.createServer().listen(3000));'),
      }),
  },
  {
    id: 'C35',
    name: 'a server that listens only to itself',
    async provoke(w, c) {
      await run(w, c, { options: ['-d', '-p', '127.0.0.1::3000'], command: listen(3000, '127.0.0.1') });
      await up(c);
      return '';
    },
  },
  {
    id: 'C36',
    name: 'a published port that is not the one of the program',
    async provoke(w, c) {
      await run(w, c, { options: ['-d', '-p', '127.0.0.1::8080'], command: listen(3000, '0.0.0.0') });
      await up(c);
      return '';
    },
  },
  {
    id: 'C37',
    name: 'a low port for a user that is not root',
    provoke: (w, c) =>
      run(w, c, {
        options: ['--user', '1000', '--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024'],
        command: listen(80, '0.0.0.0'),
      }),
  },
  {
    id: 'C48',
    name: 'a database that is not ready',
    async provoke(w, c) {
      const net = await network(w, c);
      await run(w, `${c}-db`, {
        options: ['-d', '--network', net, '--network-alias', 'db'],
        command: shell('sleep 300'),
      });
      return await run(w, c, { options: ['--network', net], command: node('require("net").connect(5432, "db")') });
    },
  },
  {
    id: 'C49',
    name: 'localhost for another container',
    async provoke(w, c) {
      await run(w, `${c}-db`, { options: ['-d', '--expose', '5432'], command: listen(5432, '0.0.0.0') });
      return await run(w, c, { command: node('require("net").connect(5432, "127.0.0.1")') });
    },
  },
  {
    id: 'C50',
    name: 'a name that nobody knows',
    async provoke(w, c) {
      const net = await network(w, c);
      return await run(w, c, {
        options: ['--network', net],
        command: node('require("net").connect(80, "paymentz.internal")'),
      });
    },
  },
  {
    id: 'C50',
    name: 'a container in another network',
    text: 'C50.sibling',
    async provoke(w, c) {
      const [one, other] = [await network(w, c), await network(w, `${c}-other`)];
      await run(w, `${c}-db`, { options: ['-d', '--network', other], command: shell('sleep 300') });
      return await run(w, c, { options: ['--network', one], command: node(`require("net").connect(5432, "${c}-db")`) });
    },
  },
  {
    id: 'C51',
    name: 'a network that was removed',
    async provoke(w, c) {
      const net = await network(w, c);
      await runCommand([
        'docker',
        'create',
        '--label',
        `${label}=${w.run}`,
        '--name',
        c,
        '--network',
        net,
        w.image,
        'sleep',
        '9',
      ]);
      await runCommand(['docker', 'network', 'rm', net]);
      return await textOf(['docker', 'start', c]);
    },
  },
  {
    id: 'C51',
    name: 'addresses that another network has',
    text: 'C51.overlap',
    without: true,
    async provoke(w, c) {
      const create = (name: string): Promise<string> =>
        textOf(['docker', 'network', 'create', '--label', `${label}=${w.run}`, '--subnet', '10.213.77.0/24', name]);
      await create(c);
      return await create(`${c}-other`);
    },
  },
  {
    id: 'C66',
    name: 'a certificate that nobody vouches for',
    provoke: (w, c) => tls(w, c, new Date(Date.now() + 86_400_000)),
  },
  {
    id: 'C71',
    name: 'the model runner from a network without the relay',
    provoke: (w, c) =>
      run(w, c, { command: node('require("http").get("http://model-runner.docker.internal/engines/v1/models")') }),
  },
];

async function tls(world: World, container: string, end: Date): Promise<string> {
  await using folder = await temporaryDirectory('why-tls');
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], { notAfterDate: end });
  await writeFile(join(folder.path, 'key.pem'), pems.private);
  await writeFile(join(folder.path, 'cert.pem'), pems.cert);
  const script = `const fs = require("fs"); const s = require("https").createServer({ key: fs.readFileSync("/tls/key.pem"), cert: fs.readFileSync("/tls/cert.pem") }).listen(8443, () => require("https").get("https://localhost:8443/"));`;
  return await run(world, container, {
    options: ['-v', `${folder.path}:/tls:ro`, '--add-host', 'localhost:127.0.0.1'],
    command: node(script),
  });
}

/** Mounts, disks, users and secrets. */
export const storageCases: readonly Case[] = [
  {
    id: 'C38',
    name: 'a folder that does not exist',
    without: true,
    provoke: (w, c) => run(w, c, { options: ['--mount', 'type=bind,src=/srv/gantry-no-such-folder,dst=/data'] }),
  },
  {
    id: 'C39',
    name: 'a folder on a file',
    async provoke(w, c) {
      await using folder = await temporaryDirectory('why-mount');
      return await run(w, c, { options: ['-v', `${folder.path}:/etc/passwd`] });
    },
  },
  {
    id: 'C40',
    name: 'a mount over the program',
    async provoke(w, c) {
      await using folder = await temporaryDirectory('why-mount');
      return await run(w, c, { options: ['-v', `${folder.path}:/app`, '-w', '/app'], command: ['node', 'server.js'] });
    },
  },
  {
    id: 'C41',
    name: 'a volume of another user',
    async provoke(w, c) {
      await runCommand(['docker', 'volume', 'create', '--label', `${label}=${w.run}`, c]);
      return await run(w, c, { options: ['-v', `${c}:/srv`, '--user', '1000'], command: shell('echo x > /srv/file') });
    },
  },
  {
    id: 'C41',
    name: 'a mount that is read-only',
    text: 'C41.readonly',
    async provoke(w, c) {
      await using folder = await temporaryDirectory('why-mount');
      return await run(w, c, { options: ['-v', `${folder.path}:/data:ro`], command: shell('echo x > /data/file') });
    },
  },
  {
    id: 'C42',
    name: 'an owner that may not be changed',
    provoke: (w, c) => run(w, c, { options: ['--cap-drop', 'CHOWN'], command: shell('chown 1000 /data') }),
  },
  {
    id: 'C43',
    name: 'a root file system that is read-only',
    provoke: (w, c) => run(w, c, { options: ['--read-only'], command: shell('echo 1 > /var/server.pid') }),
  },
  {
    id: 'C44',
    name: 'a user that the image does not have',
    provoke: (w, c) => run(w, c, { options: ['--user', 'deploy'] }),
  },
  {
    id: 'C44',
    name: 'a group that the image does not have',
    text: 'C44.group',
    provoke: (w, c) => run(w, c, { options: ['--user', 'root:deploy'] }),
  },
  {
    id: 'C52',
    name: 'a full disk',
    text: 'C52.tmpfs',
    provoke: (w, c) =>
      run(w, c, {
        options: ['--tmpfs', '/data:size=1m'],
        command: shell('dd if=/dev/zero of=/data/dump bs=1M count=8'),
      }),
  },
  {
    id: 'C53',
    name: 'a log that cannot be read',
    provoke: (w, c) => run(w, c, { options: ['--log-driver', 'none'], command: shell('echo lost; exit 1') }),
  },
  {
    id: 'C65',
    name: 'a secret that is missing',
    provoke: (w, c) => run(w, c, { command: shell('cat /run/secrets/db_password') }),
  },
];

/** What the Engine, the registry and Compose refuse. */
export const engineCases: readonly Case[] = [
  { id: 'C57', name: 'a GPU that is not there', provoke: (w, c) => run(w, c, { options: ['--gpus', 'all'] }) },
  {
    id: 'C57',
    name: 'a runtime that the Engine does not know',
    text: 'C57.runtime',
    without: true,
    provoke: (w, c) => run(w, c, { options: ['--runtime', 'nvidia'] }),
  },
  {
    id: 'C58',
    name: 'a device that is not there',
    provoke: (w, c) => run(w, c, { options: ['--device', '/dev/gantry-none'] }),
  },
  {
    id: 'C58',
    name: 'a right that containers do not have',
    text: 'C58.capability',
    provoke: (w, c) => run(w, c, { command: shell('mount -t tmpfs none /data') }),
  },
  {
    id: 'C59',
    name: 'a limit that is too small',
    text: 'C59.small',
    without: true,
    provoke: (w, c) => run(w, c, { options: ['--memory', '2m'] }),
  },
  {
    id: 'C60',
    name: 'a tag that the registry does not have',
    text: 'C60.tag',
    without: true,
    async provoke() {
      await using registry = await startDockerRegistry();
      return await textOf(['docker', 'pull', `${registry.host}/team/web:none`]);
    },
  },
  {
    id: 'C60',
    name: 'a registry that wants a login',
    text: 'C60.auth',
    without: true,
    async provoke() {
      await using registry = await startDockerRegistry({ withLogin: true });
      return await textOf(['docker', 'pull', `${registry.host}/team/web:v1`]);
    },
  },
  {
    id: 'C60',
    name: 'a registry that does not answer',
    text: 'C60.network',
    without: true,
    provoke: () => textOf(['docker', 'pull', '127.0.0.1:9/team/web:v1']),
  },
  {
    id: 'C61',
    name: 'a name that is taken',
    without: true,
    async provoke(w, c) {
      await run(w, c, { command: shell('true') });
      return await run(w, c, { command: shell('true') });
    },
  },
  {
    id: 'C62',
    name: 'an Engine that does not run',
    without: true,
    provoke: () => textOf(['docker', '--host', 'unix:///run/gantry-no-engine.sock', 'ps']),
  },
  {
    id: 'C62',
    name: 'a client that is too new',
    text: 'C62.version',
    without: true,
    async provoke() {
      const { stderr } = await runCommand(['docker', 'ps'], { env: { DOCKER_API_VERSION: '1.99' } });
      return stderr;
    },
  },
];

const composeFiles: readonly (readonly [text: string | undefined, name: string, content: string])[] = [
  ['C63.service', 'a service that is not there', 'services:\n  web:\n    image: web:1\n    depends_on: [db]\n'],
  ['C63.image', 'a service with neither image nor build', 'services:\n  web:\n    command: serve\n'],
  ['C63.yaml', 'a file that is not YAML', 'services:\n  web:\n\timage: web:1\n'],
  ['C63.env', 'an env file that is not there', 'services:\n  web:\n    image: web:1\n    env_file: prod.env\n'],
  ['C63.property', 'a field that does not exist', 'services:\n  web:\n    image: web:1\n    prots: ["80:80"]\n'],
  [
    'C63.variable',
    'a variable that is not set',
    'services:\n  web:\n    image: web:1\n    environment:\n      KEY: ${GANTRY_UNSET}\n',
  ],
];

export const composeCases: readonly Case[] = composeFiles.map(([text, name, content]) => ({
  id: 'C63',
  name: `compose: ${name}`,
  ...(text === undefined ? {} : { text }),
  without: true,
  async provoke() {
    await using folder = await temporaryDirectory('why-compose');
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, 'compose.yaml'), content);
    return await textOf(['docker-compose', 'config'], folder.path);
  },
}));
