import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxMissing, makeFailingImage, type FailingImage } from './diagnosis/failing-image.ts';
import { inspect } from './diagnosis/provoke.ts';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const compose = (await runCommand(['sh', '-c', 'command -v docker-compose'])).code === 0;

/** A server as the image of postgres has it, in short. */
const start = `#!/bin/sh
[ -n "$POSTGRES_PASSWORD" ] || { echo 'Error: Database is uninitialized and superuser password is not specified.'; exit 1; }
echo "$POSTGRES_PASSWORD" > /var/lib/postgresql/data/secret
exec node -e 'require("net").createServer((s) => s.end()).listen(5432)'
`;
const probe = `#!/bin/sh
exec node -e 'require("net").connect(5432).on("connect", () => process.exit(0)).on("error", () => process.exit(1))'
`;
const dockerfile = `FROM BASE
COPY start pg_isready /bin/
RUN mkdir -p /var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
EXPOSE 5432
ENTRYPOINT ["/bin/start"]
`;

describe.skipIf(missing !== undefined)(`gantry ai run${missing ? ` (${missing})` : ''}`, () => {
  const name = `gantry-recipe-${randomBytes(4).toString('hex')}`;
  let base: FailingImage;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let image: string;

  beforeAll(async () => {
    base = await makeFailingImage();
    home = await temporaryDirectory('recipe');
    image = await base.build('postgres:16', dockerfile, { start, pg_isready: probe });
  });

  afterAll(async () => {
    await runCommand(['docker', 'rm', '--force', '--volumes', name, `${name}-bad`]);
    await runCommand(['docker', 'volume', 'rm', `${name}-data`, `${name}-bad-data`]);
    await base[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  it('shows the recipe, and does nothing without approval', async () => {
    const told = await gantry(home.path, ['ai', 'run', image, '--name', name]);
    expect(told.code).toBe(10);
    expect(told.stdout).toContain(`-v ${name}-data:/var/lib/postgresql/data`);
    expect(told.stdout).toMatch(/-e POSTGRES_PASSWORD -p 127\.0\.0\.1:\d+:5432/);
    expect(told.stderr).toContain('Nothing was run.');
    expect((await runCommand(['docker', 'inspect', name])).code).toBe(1);
  });

  it('runs it once approved, with a secret of its own, until it is healthy', async () => {
    const told = await gantry(home.path, ['ai', 'run', image, '--name', name, '--yes']);
    expect(told.stdout).toContain(`${name} runs and is healthy.`);
    expect(told.code).toBe(0);
    const env = await inspect(name, '{{range .Config.Env}}{{println .}}{{end}}');
    const secret = /^POSTGRES_PASSWORD=(.*)$/m.exec(env)?.[1] ?? '';
    expect(secret).toMatch(/^[\w-]{20,}$/);
    expect(told.stdout).not.toContain(secret);
    expect(await inspect(name, '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}}')).toBe(
      'unless-stopped 536870912',
    );
    // A second one goes where there is room.
    const second = await gantry(home.path, ['ai', 'run', image, '--json']);
    const { recipe } = JSON.parse(second.stdout) as { recipe: { ports: { host: number }[] } };
    const taken = await inspect(name, '{{(index (index .HostConfig.PortBindings "5432/tcp") 0).HostPort}}');
    expect(recipe.ports[0]?.host).not.toBe(Number(taken));
  });

  it('says why it did not stay up', async () => {
    const told = await gantry(home.path, [
      'ai',
      'run',
      image,
      '--name',
      `${name}-bad`,
      '--env',
      'POSTGRES_PASSWORD=',
      '--yes',
    ]);
    expect(told.code).toBe(7);
    expect(told.stdout).toContain('PostgreSQL has no superuser password');
  });

  it.skipIf(!compose)('gives a compose file that Compose takes', async () => {
    const { stdout } = await gantry(home.path, ['ai', 'run', image, '--compose']);
    await writeFile(join(home.path, 'compose.yaml'), stdout);
    const checked = await runCommand(['docker-compose', 'config', '--quiet'], {
      cwd: home.path,
      env: { POSTGRES_PASSWORD: 'x' },
    });
    expect(checked).toMatchObject({ code: 0, stderr: '' });
  });
});
