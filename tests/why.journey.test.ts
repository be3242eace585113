import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnose, explain, readEvidence } from '#diagnosis';
import { buildCases, type BuildCase } from './diagnosis/cases-build.ts';
import { busyboxMissing, makeFailingImage, type FailingImage } from './diagnosis/failing-image.ts';
import { inspect, label, removeAll } from './diagnosis/provoke.ts';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());

/** What the image of postgres does before it starts the server, in short. */
const entrypoint = `#!/bin/sh
if [ -z "$POSTGRES_PASSWORD" ]; then
  echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
  echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
  exit 1
fi
echo 'database system is ready to accept connections'
exec sleep 600
`;
const dockerfile =
  'FROM BASE\nCOPY start /usr/bin/start\nENV PG_MAJOR=16\nENTRYPOINT ["/usr/bin/start"]\nCMD ["postgres"]\n';

describe.skipIf(missing !== undefined)(`gantry ai why${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const name = `gantry-why-db-${run}`;
  let image: FailingImage;
  let postgres: string;

  beforeAll(async () => {
    image = await makeFailingImage();
    postgres = await image.build('postgres:16', dockerfile, { start: entrypoint });
  });

  afterAll(async () => {
    await removeAll(run);
    const made = await runCommand(['docker', 'images', '--all', '--quiet', '--filter', `label=${label}=${run}`]);
    for (const id of new Set(made.stdout.split('\n').filter(Boolean)))
      await runCommand(['docker', 'rmi', '--force', id]);
    await image[Symbol.asyncDispose]();
  });

  it('names why postgres does not start, and its fix makes it run', async () => {
    await using home = await temporaryDirectory('why');
    await runCommand([
      'docker',
      'run',
      '--label',
      `${label}=${run}`,
      '--name',
      name,
      '-e',
      'POSTGRES_DB=shop',
      postgres,
    ]);
    const told = await gantry(home.path, ['ai', 'why', name]);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('PostgreSQL has no superuser password');
    expect(told.stdout).toContain('Database is uninitialized and superuser password is not specified.');

    const { stdout } = await gantry(home.path, ['ai', 'why', name, '--json']);
    const [cause] = (
      JSON.parse(stdout) as { causes: { id: string; confidence: number; fixes: { shell: string[] }[] }[] }
    ).causes;
    expect(cause).toMatchObject({ id: 'C18', confidence: 0.98 });
    // The fix makes a container without our label.
    const script = (cause?.fixes[0]?.shell ?? []).map((line) =>
      line.replace('docker run ', `docker run --label ${label}=${run} `),
    );
    expect(script.join('\n')).toContain('-e POSTGRES_DB=shop -e POSTGRES_PASSWORD ');
    const fixed = await runCommand(['sh', '-ec', script.join('\n')]);
    expect(fixed.stderr).toBe('');
    expect(await inspect(name, '{{.State.Running}}')).toBe('true');

    const well = await gantry(home.path, ['ai', 'why', name], { env: { GANTRY_LANG: 'zh' } });
    expect(well).toMatchObject({ code: 0 });
    expect(well.stdout).toContain('没有问题');
  });

  it('says when the cause is not known, and which container there is none of', async () => {
    await using home = await temporaryDirectory('why');
    const odd = `${name}-odd`;
    await runCommand([
      'docker',
      'run',
      '--label',
      `${label}=${run}`,
      '--name',
      odd,
      image.name,
      'sh',
      '-c',
      'echo frobnicator failed; exit 42',
    ]);
    const unknown = await gantry(home.path, ['ai', 'why', odd]);
    expect(unknown).toMatchObject({ code: 3 });
    expect(unknown.stdout).toContain('frobnicator failed');
    const none = await gantry(home.path, ['ai', 'why', `${name}-none`]);
    expect(none).toMatchObject({ code: 3 });
    expect(none.stderr).toContain(`There is no container ${name}-none.`);
  });

  it('shows nothing that a container writes to fool a terminal or to give a secret away', async () => {
    await using home = await temporaryDirectory('why');
    const hostile = `${name}-hostile`;
    const script = String.raw`printf '\033]0;owned\007\033[2JError: cannot reach postgres://shop:hunter2hunter2@db/shop token=abcdefgh12345\n'; exit 1`;
    await runCommand([
      'docker',
      'run',
      '--label',
      `${label}=${run}`,
      '--name',
      hostile,
      image.name,
      'sh',
      '-c',
      script,
    ]);
    const { stdout } = await gantry(home.path, ['ai', 'why', hostile]);
    expect(stdout).toContain('Error: cannot reach postgres://shop:[redacted]@db/shop');
    for (const hidden of ['\u001B', '\u0007', 'hunter2', 'abcdefgh']) expect(stdout).not.toContain(hidden);
  });

  it('is told what a command printed', async () => {
    await using home = await temporaryDirectory('why');
    const input =
      'docker: Error response from daemon: Conflict. The container name "/web" is already in use by container "a".';
    const { code, stdout } = await gantry(home.path, ['ai', 'why', '-', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ causes: [{ id: 'C61', params: { name: 'web' } }, {}] });
  });

  /** What the old builder of the Engine prints. */
  async function built({ dockerfile, files = {}, options = [] }: BuildCase): Promise<string> {
    await using context = await temporaryDirectory('build');
    const labelled = dockerfile
      ?.replace(/^(FROM BASE.*)$/m, `$1\nLABEL ${label}=${run}`)
      .replace('BASE\n', `${image.name}\n`);
    const all = {
      ...files,
      ...(labelled !== undefined && { Dockerfile: labelled.replace('BASE AS', `${image.name} AS`) }),
    };
    for (const [path, content] of Object.entries(all)) await writeFile(join(context.path, path), content);
    const command = ['docker', 'build', '--force-rm', '--no-cache', ...options, context.path];
    const { stdout, stderr } = await runCommand(command, { env: { DOCKER_BUILDKIT: '0' } });
    return `${stdout}${stderr}`;
  }

  it.each(buildCases.map((one) => [one.id, one.name, one] as const))(
    'names %s in a build: %s',
    async (id, _name, one) => {
      const output = await built(one);
      const { verdict, causes } = diagnose(readEvidence({ target: '-', output: output.split('\n') }));
      if (id === 'well') return expect([verdict, output]).toEqual(['well', output]);
      const [first] = causes;
      expect([first?.id, output]).toEqual([id, output]);
      if (one.text !== undefined) expect(first?.text).toBe(one.text);
      expect(first?.evidence.length).toBeGreaterThan(0);
      expect(first?.verify.length).toBeGreaterThan(0);
      if (first) expect(JSON.stringify(explain(first, 'en'))).not.toMatch(/(?<!\$)\{\w+\}|undefined/);
    },
  );

  it('is told what a build printed, through a pipe', async () => {
    await using home = await temporaryDirectory('why');
    const input = await built({ id: 'B03', name: '', dockerfile: 'FROM BASE\nCOPY requirements.txt /app/\n' });
    const { code, stdout } = await gantry(home.path, ['ai', 'why', '-'], { input });
    expect(code).toBe(0);
    for (const text of [
      'A file to copy is not in the build context',
      'COPY requirements.txt /app/',
      'ls -la',
      'docker build .',
    ])
      expect(stdout).toContain(text);
  });

  it('gives the doctor what is wrong on the whole Engine', async () => {
    await using home = await temporaryDirectory('doctor');
    const failed = `${name}-failed`;
    await runCommand(['docker', 'run', '--label', `${label}=${run}`, '--name', failed, postgres]);
    const { code, stdout } = await gantry(home.path, ['doctor', '--json']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as {
      engine: object;
      findings: { id: string; params: { name?: string }; diagnosis: { causes: { id: string }[] } | null }[];
    };
    const finding = report.findings.find(({ params }) => params.name === failed);
    expect(finding).toMatchObject({ id: 'container.failed', severity: 'warning' });
    expect(finding?.diagnosis?.causes[0]?.id).toBe('C18');
  });

  it('tells clearly that there is no Engine', async () => {
    await using home = await temporaryDirectory('doctor');
    const env = { DOCKER_HOST: 'unix:///run/gantry-no-engine.sock' };
    const doctor = await gantry(home.path, ['doctor'], { env });
    expect(doctor).toMatchObject({ code: 7 });
    expect(doctor.stdout).toContain('No Docker Engine answers');
    expect(await gantry(home.path, ['ai', 'why', 'x'], { env })).toMatchObject({ code: 7 });
  });
});
