import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { writeFakeRuntime } from '#testing';
import { createLlamaServerProbe, parseDevices, parseFeatures, parseVersion } from './llama-server.ts';
import { createRunProgram, type RunProgram } from './run-program.ts';

const help = `
-ngl,  --gpu-layers, --n-gpu-layers N   max. number of layers to store in VRAM, either an exact number,
                                        'auto', or 'all' (default: auto)
-fit,  --fit [on|off]                   whether to adjust unset arguments to fit in device memory
--kv-unified-per-slot N                 context limit per parallel slot
-cram, --cache-ram N                    set the maximum cache size in MiB
`;

describe('parsing what llama-server says', () => {
  it.each([
    ['version: 0.5.0-dev (build 1, commit 0c1e570)\nbuilt with GNU 12.2.0', '', '0.5.0-dev (build 1, commit 0c1e570)'],
    ['', 'version: 4567 (abcdef0)\n', '4567 (abcdef0)'],
    ['usage: something else', '', undefined],
  ])('finds the version on either stream', (stdout, stderr, version) => {
    expect(parseVersion({ code: 0, stdout, stderr })).toBe(version);
  });

  it('lists devices, and none where there are none', () => {
    const list =
      'ggml_cuda_init: found 1 CUDA devices:\n  Device 0: x\nAvailable devices:\n  CUDA0: NVIDIA L4 (22491 MiB, 22294 MiB free)\n  Vulkan0: Intel\n';
    expect(parseDevices(list)).toEqual(['CUDA0: NVIDIA L4 (22491 MiB, 22294 MiB free)', 'Vulkan0: Intel']);
    expect(parseDevices('Available devices:\n  (none)\n')).toEqual([]);
    expect(parseDevices('')).toEqual([]);
  });

  it('knows the options of new and old builds', () => {
    expect(parseFeatures(help)).toEqual(['context-limit', 'fit', 'auto-gpu-layers', 'prompt-cache']);
    expect(parseFeatures('--spec-type none,draft-simple,ngram-simple')).toEqual(['draft-type']);
    expect(parseFeatures('-ngl,  --gpu-layers, --n-gpu-layers N   number of layers to store in VRAM')).toEqual([]);
  });
});

describe('createLlamaServerProbe', () => {
  let folder: string;
  let asked: string[];
  const run = createRunProgram(systemClock);
  const counted: RunProgram = (command, args, options) => {
    asked.push(args.join(' '));
    return run(command, args, options);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gp-'));
    asked = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const probe = () => createLlamaServerProbe({ run: counted, programEnv: {}, osRelease: 'ID=debian' });

  it('asks a program once, and again when it is replaced', async () => {
    const path = await writeFakeRuntime(join(folder, 'llama-server'), { version: '1', devices: ['CUDA0: x'], help });
    const subject = probe();
    expect(await subject.facts(path)).toMatchObject({ version: '1', devices: ['CUDA0: x'] });
    await subject.facts(path);
    expect(asked.toSorted()).toEqual(['--help', '--list-devices', '--version']);
    await writeFakeRuntime(path, { version: '2' });
    await utimes(path, 1, 1);
    expect(await subject.facts(path)).toMatchObject({ version: '2', devices: [] });
  });

  it.each([
    [
      'a library is missing',
      '#!/bin/sh\necho "llama-server: error while loading shared libraries: libgomp.so.1: cannot open shared object file: No such file or directory" >&2\nexit 127\n',
      'library_missing',
      'apt-get install libgomp1',
    ],
    ['it is another program', '#!/bin/sh\necho hello\n', 'unknown', 'gantry runtime use'],
    ['it crashes', '#!/bin/sh\nkill -ILL $$\n', 'illegal_instruction', 'built for this processor'],
  ])('says in words that %s', async (...[, text, reason, hint]) => {
    const path = join(folder, 'llama-server');
    await writeFile(path, text, { mode: 0o755 });
    await expect(probe().facts(path)).rejects.toMatchObject({
      code: 'runtime.not_found',
      params: { path, reason },
      hint: expect.stringContaining(hint),
    });
  });

  it('refuses what is not an executable file', async () => {
    const path = join(folder, 'llama-server');
    await writeFile(path, 'x', { mode: 0o644 });
    for (const wrong of [path, folder, join(folder, 'missing')]) {
      await expect(probe().facts(wrong)).rejects.toMatchObject({ code: 'runtime.not_found', params: { path: wrong } });
    }
  });
});
