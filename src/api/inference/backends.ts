import { AppError } from '#core';
import type { BackendName, Runtimes } from '#inference';

// Names that clients of docker/model-runner use for what nothing here runs (contract model-runner §2.2).
const absent = ['mlx', 'sglang', 'diffusers'];

/**
 * The backend that a path names.
 * @throws AppError `backend.not_found`, `runtime.not_installed` (known, but nothing here runs it)
 */
export async function checkBackend(
  name: string | undefined,
  { runtimes }: { readonly runtimes: Pick<Runtimes, 'select'> },
): Promise<BackendName | undefined> {
  if (name === undefined || name === 'llama.cpp') return name;
  if (name === 'vllm') {
    await runtimes.select(name);
    return name;
  }
  const short = name.slice(0, 100);
  const hint = 'Use llama.cpp or vllm, or leave the backend out of the path.';
  if (absent.includes(name)) {
    throw new AppError('runtime.not_installed', `The backend ${short} is not installed.`, {
      hint,
      params: { name: short },
    });
  }
  throw new AppError('backend.not_found', `There is no backend named "${short}".`, { hint, params: { name: short } });
}
