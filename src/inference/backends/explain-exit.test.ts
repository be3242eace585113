import { describe, expect, it } from 'vitest';
import { explainExit } from './explain-exit.ts';

const runtime = { name: 'llama-server', version: '0.5.0' };

function explained(output: string, { code = 1, signal = null }: { code?: number | null; signal?: string | null } = {}) {
  return explainExit({
    exit: { code, signal, lastOutput: output },
    runtime,
    alias: 'ai/m:latest',
    osRelease: 'ID=debian\n',
  });
}

describe('explainExit', () => {
  it.each([
    [
      'a buffer that does not fit main memory',
      'E ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 754974720\nE llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache',
      'inference.out_of_memory',
      'host_memory',
    ],
    [
      'a CUDA buffer that does not fit',
      'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 24576.00 MiB on device 0: cudaMalloc failed: out of memory',
      'inference.out_of_memory',
      'gpu_memory',
    ],
    [
      'a full Metal device',
      'ggml_metal_graph_compute: command buffer 0 failed\nkIOGPUCommandBufferCallbackErrorOutOfMemory',
      'inference.out_of_memory',
      'metal_memory',
    ],
    [
      'C++ without memory',
      "terminate called after throwing an instance of 'std::bad_alloc'",
      'inference.out_of_memory',
      'host_memory',
    ],
    [
      'an architecture it does not know',
      "E llama_model_load: error loading model: unknown model architecture: 'zzama'",
      'model.unsupported',
      'unknown_architecture',
    ],
    [
      'a file that is no GGUF',
      "E gguf_init_from_reader: invalid magic characters: 'notg', expected 'GGUF'",
      'model.invalid_file',
      'bad_magic',
    ],
    ['an empty file', 'E gguf_init_from_reader: failed to read magic', 'model.invalid_file', 'bad_magic'],
    [
      'a truncated file',
      "E llama_model_load: error loading model: tensor 'token_embd.weight' data is not within the file bounds, model is corrupted or incomplete",
      'model.invalid_file',
      'corrupt_file',
    ],
    [
      'a header cut short',
      'E gguf_init_from_reader: failed to read key-value pairs',
      'model.invalid_file',
      'corrupt_file',
    ],
    [
      'a file it may not open',
      "E gguf_init_from_file: failed to open GGUF file '/m' (Permission denied)",
      'backend.failed',
      'unreadable_file',
    ],
    [
      'a projector it cannot load',
      'E mtmd_init_from_file: error: Failed to load CLIP model from /m',
      'model.unsupported',
      'projector',
    ],
    [
      'a chat template it cannot use',
      'error: the supplied chat template is not supported: {% for %}',
      'model.unsupported',
      'chat_template',
    ],
    [
      'a chat template it cannot parse',
      'E srv init: please consider disabling jinja via --no-jinja',
      'model.unsupported',
      'chat_template',
    ],
    ['an option it does not know', 'error: invalid argument: --no-mmap', 'backend.failed', 'unknown_option'],
    [
      'a value it refuses',
      `error while handling argument "--flash-attn": error: unknown value for --flash-attn: 'maybe'\n\nusage:\n--flash-attn`,
      'request.invalid',
      'bad_option',
    ],
    [
      'a parameter xllamacpp does not have',
      'gantry: parameter n_foo: this version does not have it',
      'backend.failed',
      'unknown_option',
    ],
    [
      'a socket it cannot open',
      "E srv start: couldn't bind HTTP server socket, hostname: /x.sock, port: 0",
      'backend.failed',
      'socket',
    ],
    [
      'a missing library',
      'llama-server: error while loading shared libraries: libgomp.so.1: cannot open shared object file: No such file or directory',
      'backend.failed',
      'library_missing',
    ],
    [
      'an old glibc',
      "llama-server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by llama-server)",
      'backend.failed',
      'glibc_too_old',
    ],
    [
      'a Python error',
      'Traceback (most recent call last):\n  File "x"\nValueError: bad plan',
      'backend.failed',
      'python_error',
    ],
    ['nothing said at all', '', 'backend.failed', 'unknown'],
  ])('knows %s', (...[, output, code, reason]) => {
    const error = explained(output);
    expect(error).toMatchObject({ code, params: { reason, model: 'ai/m:latest' } });
    expect(error.hint).toBeTruthy();
    expect(error.message).toMatch(/\.$/);
  });

  it.each([
    ['SIGILL', 'backend.failed', 'illegal_instruction'],
    ['SIGKILL', 'inference.out_of_memory', 'killed'],
    ['SIGSEGV', 'backend.crashed', 'crashed'],
  ])('knows a runner ended by %s', (signal, code, reason) => {
    expect(explained('loading', { code: null, signal })).toMatchObject({ code, params: { reason, exit: signal } });
  });

  it('names the cause, not what the Python wrapper says after it', () => {
    const error = explained(
      "E llama_model_load: error loading model: unknown model architecture: 'zzama'\nTraceback (most recent call last):\nRuntimeError: Failed to init server, please check the input params.",
    );
    expect(error.params).toMatchObject({ reason: 'unknown_architecture', architecture: 'zzama' });
  });

  it('says which package has a missing library', () => {
    expect(explained('libgomp.so.1: cannot open shared object file').hint).toContain('apt-get install libgomp1');
  });

  it('quotes the last error without its time and level', () => {
    expect(explained('0.00.01 I srv  ok\n0.00.02 E srv  init: something odd.\n').message).toBe(
      'llama-server 0.5.0 ended before it served ai/m:latest: srv  init: something odd.',
    );
  });
});
