import type { Env } from '#core';

const names = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
]);

// Locale, and what picks or tunes a GPU or the CPU maths. LLAMA_ARG_* stay out: they would change a runner behind its config.
const prefixes =
  /^(LC_|CUDA_|NVIDIA_|NCCL_|ROCM_|ROCR_|HIP_|HSA_|AMD_|GPU_|VK_|VULKAN_|MESA_|RADV_|GGML_|ONEAPI_|SYCL_|ZE_|OCL_|OMP_|GOMP_|KMP_|MKL_|OPENBLAS_)/;

const secret = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE/i;

/** What a runtime gets to see of our environment: an allow-list, so that no token reaches a native program by accident. */
export function runtimeEnvironment(env: Env): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || secret.test(name)) continue;
    if (names.has(name) || prefixes.test(name)) result[name] = value;
  }
  return result;
}
