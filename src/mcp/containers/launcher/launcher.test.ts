import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { launchOrder, type LaunchOrder } from './launch-order.ts';
import { launcherCode, type LauncherArch } from './launcher-code.ts';
import { launcherFile } from './launcher-file.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const runners: Readonly<Record<LauncherArch, readonly string[] | undefined>> = {
  x64: process.arch === 'x64' ? [] : has('qemu-x86_64-static') ? ['qemu-x86_64-static'] : undefined,
  arm64: process.arch === 'arm64' ? [] : has('qemu-aarch64-static') ? ['qemu-aarch64-static'] : undefined,
};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher of an architecture with these bytes as its standard input and this environment. */
async function launch(arch: LauncherArch, input: Buffer, env: Readonly<Record<string, string>>): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-launcher-'));
  try {
    const file = join(folder, 'launch');
    await writeFile(file, launcherFile(arch));
    await chmod(file, 0o755);
    const [emulator] = runners[arch] ?? [];
    const child = emulator === undefined ? spawn(file, { env }) : spawn(emulator, [file], { env });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: code as number | null, stdout: out, stderr: err };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const order = (fields: Partial<LaunchOrder>): Buffer =>
  launchOrder({ program: 'env', args: ['env', '-0'], env: {}, path: '/nowhere:/bin:/usr/bin', ...fields });

describe.each<LauncherArch>(['x64', 'arm64'])('the launcher for %s', (arch) => {
  it('is what the assembler makes of its source', async (context) => {
    const cross = arch === 'x64' ? 'x86_64-linux-gnu-' : 'aarch64-linux-gnu-';
    const tools = process.arch === arch ? '' : cross;
    if (!has(`${tools}as`) || !has(`${tools}objcopy`)) return context.skip('no assembler');
    const folder = await mkdtemp(join(tmpdir(), 'gantry-launcher-'));
    try {
      const [object, code] = [join(folder, 'l.o'), join(folder, 'l.bin')];
      await promisify(execFile)(`${tools}as`, [join(import.meta.dirname, `launcher-${arch}.S`), '-o', object]);
      await promisify(execFile)(`${tools}objcopy`, ['-O', 'binary', '-j', '.text', object, code]);
      expect((await readFile(code)).toString('base64')).toBe(launcherCode[arch].join(''));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('becomes the program, with the variables it was told and those it had', async (context) => {
    if (!runners[arch]) return context.skip('nothing here runs it');
    const { code, stdout } = await launch(arch, order({ env: { A: 'secret', B: 'x=y\n' } }), { OWN: '1' });
    expect(code).toBe(0);
    expect(stdout.split('\0').filter((one) => one !== '')).toEqual(['A=secret', 'B=x=y\n', 'OWN=1']);
  });

  it('leaves the rest of standard input to the program', async (context) => {
    if (!runners[arch]) return context.skip('nothing here runs it');
    const input = Buffer.concat([order({ program: '/bin/cat', args: ['cat'] }), Buffer.from('what follows')]);
    expect(await launch(arch, input, {})).toMatchObject({ code: 0, stdout: 'what follows' });
  });

  it('gives the program all its arguments, and a long variable', async (context) => {
    if (!runners[arch]) return context.skip('nothing here runs it');
    const args = ['sh', '-c', 'printf "%s|" "$@" "${#LONG}"', 'sh', '', 'a b', '*'];
    const { stdout } = await launch(arch, order({ program: 'sh', args, env: { LONG: 'x'.repeat(100_000) } }), {});
    expect(stdout).toBe('|a b|*|100000|');
  });

  it('says by its exit code what went wrong', async (context) => {
    if (!runners[arch]) return context.skip('nothing here runs it');
    expect(await launch(arch, order({ program: 'absent' }), {})).toMatchObject({ code: 127 });
    expect(await launch(arch, order({ program: '/etc/passwd' }), {})).toMatchObject({ code: 126 });
    expect(await launch(arch, order({}).subarray(0, 20), {})).toMatchObject({ code: 125 });
    expect(await launch(arch, Buffer.alloc(16, 0xff), {})).toMatchObject({
      code: 125,
      stderr: 'gantry: nothing was said about what to start\n',
    });
  });
});

describe('an order', () => {
  it('has room for what the kernel takes and for no more', () => {
    expect(() => order({ env: { A: 'x'.repeat(200_000) } })).toThrow('too long');
    expect(() => order({ env: { A: 'x\0y' } })).toThrow('too long');
  });

  it('says as many strings as it has', () => {
    const texts = fc.string().filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(fc.array(texts), fc.dictionary(fc.stringMatching(/^[A-Z]+$/), texts), (args, env) => {
        const bytes = order({ program: '/p', args, env });
        expect(bytes.readUInt32LE(0)).toBe(bytes.length - 16);
        expect(bytes.subarray(16).filter((byte) => byte === 0).length).toBe(
          bytes.readUInt32LE(4) + bytes.readUInt32LE(8) + bytes.readUInt32LE(12),
        );
      }),
    );
  });
});
