import { AppError } from '#core';

const served = 'llama.cpp';
// Names that clients of docker/model-runner use (contract model-runner §2.2).
const known = ['vllm', 'mlx', 'sglang', 'diffusers'];

/** @throws AppError `backend.not_found`, `runtime.not_installed` (known, but nothing here runs it) */
export function checkBackend(name: string | undefined): void {
  if (name === undefined || name === served) return;
  const short = name.slice(0, 100);
  const hint = `Use ${served}, or leave the backend out of the path.`;
  if (known.includes(name)) {
    throw new AppError('runtime.not_installed', `The backend ${short} is not installed.`, {
      hint,
      params: { name: short },
    });
  }
  throw new AppError('backend.not_found', `There is no backend named "${short}".`, { hint, params: { name: short } });
}
