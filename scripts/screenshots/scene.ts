import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFailingImage, postgresEntrypoint } from '../../tests/diagnosis/failing-image.ts';
import { runCommand } from '../../tests/harness.ts';

export interface Scene extends AsyncDisposable {
  /** A folder with a Dockerfile that can be better. */
  readonly project: string;
  /** Name of the container that ended with an error. */
  readonly crashed: string;
}

const label = 'gantry-screenshots';

const web = `const http = require('node:http');
http.createServer((request, response) => response.end('hello')).listen(8080, () => console.log('listening on 8080'));
`;

const dockerfile = `FROM node:latest
WORKDIR /app
COPY . .
RUN npm install
RUN apt-get update
RUN apt-get install -y curl
ENV API_TOKEN=ghp_0000
EXPOSE 8080
CMD npm start
`;

/** A small shop of containers, volumes and images on the Engine, one of them crashed, and the project that they come from. */
export async function setScene(): Promise<Scene> {
  const base = await makeFailingImage();
  const folder = await mkdtemp(join(homedir(), 'projects-'));
  const project = join(folder, 'shop');
  const tags = ['shop/web:1.4', 'shop/worker:1.4', 'shop/postgres:16'];
  const volumes = ['shop_data', 'shop_uploads'];
  const dispose = async (): Promise<void> => {
    const ours = await runCommand(['docker', 'ps', '--all', '--quiet', '--filter', `label=${label}`]);
    const ids = ours.stdout.split('\n').filter((id) => id !== '');
    if (ids.length > 0) await runCommand(['docker', 'rm', '--force', ...ids]);
    await runCommand(['docker', 'volume', 'rm', ...volumes]);
    await runCommand(['docker', 'rmi', '--force', ...tags]);
    await base[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(project);
    await writeFile(join(project, 'Dockerfile'), dockerfile);
    await writeFile(join(project, 'package.json'), '{ "name": "shop", "scripts": { "start": "node server.js" } }\n');
    await writeFile(join(project, 'server.js'), web);
    for (const volume of volumes) await docker(['volume', 'create', '--label', label, volume]);
    const build = async (tag: string, lines: string, files: Readonly<Record<string, string>>): Promise<void> => {
      const built = await base.build(tag, `FROM BASE\n${lines}\n`, files);
      await docker(['tag', built, tag]);
    };
    await build('shop/web:1.4', 'COPY server.js /app/server.js\nEXPOSE 8080\nCMD ["node", "/app/server.js"]', {
      'server.js': web,
    });
    await build('shop/worker:1.4', 'CMD ["sh", "-c", "while true; do echo tick; sleep 5; done"]', {});
    await build('shop/postgres:16', 'COPY start /usr/bin/start\nENV PG_MAJOR=16\nENTRYPOINT ["/usr/bin/start"]', {
      start: postgresEntrypoint,
    });
    const compose = (service: string): string[] => [
      '--label',
      'com.docker.compose.project=shop',
      '--label',
      `com.docker.compose.service=${service}`,
      '--name',
      `shop-${service}-1`,
    ];
    await container([...compose('web'), '-p', '127.0.0.1:8080:8080', '-v', 'shop_uploads:/data', 'shop/web:1.4']);
    await container([...compose('worker'), '--memory', '64m', 'shop/worker:1.4']);
    await container([...compose('db'), '-v', 'shop_data:/var', 'shop/postgres:16']);
    await docker(['wait', 'shop-db-1']);
    await container(['--name', 'scratchpad', 'shop/worker:1.4']);
    return { project, crashed: 'shop-db-1', [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const container = (args: readonly string[]): Promise<void> => docker(['run', '--detach', '--label', label, ...args]);

async function docker(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(['docker', ...args]);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
}
