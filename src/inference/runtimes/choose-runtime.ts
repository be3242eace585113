import { isAbsolute } from 'node:path';
import { AppError } from '#core';
import { containerPrefix } from '../containers/image-facts.ts';
import type { Runtime } from '../types.ts';

/** What one can name as the runtime to use. */
export type RuntimePreference =
  | { readonly kind: 'auto' | 'xllamacpp' | 'llama-server' }
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'container'; readonly image: string };

/** @throws AppError `runtime.not_found` for a word that means no runtime */
export function parsePreference(name: string): RuntimePreference {
  if (name === 'auto' || name === 'xllamacpp' || name === 'llama-server') return { kind: name };
  if (name.startsWith(containerPrefix) && name !== containerPrefix) {
    return { kind: 'container', image: name.slice(containerPrefix.length) };
  }
  if (isAbsolute(name)) return { kind: 'program', path: name };
  throw new AppError('runtime.not_found', `There is no runtime named "${name}".`, {
    hint: 'Use auto, xllamacpp, llama-server, the absolute path of a llama-server program, or container:IMAGE.',
    params: { name, reason: 'unknown_name' },
  });
}

/**
 * Picks among the runtimes that were found (design §2). `auto` takes the program named in the settings, then a llama-server
 * that can use a GPU, then the first llama-server on PATH, then xllamacpp, then a container image.
 * @throws AppError `runtime.not_installed`, `runtime.not_found`
 */
export function chooseRuntime(preference: RuntimePreference, found: readonly Runtime[]): Runtime {
  const servers = found.filter(({ name }) => name === 'llama-server');
  const bestServer = servers.find(({ devices }) => (devices?.length ?? 0) > 0) ?? servers[0];
  const xllamacpp = found.find(({ name }) => name === 'xllamacpp');
  const images = found.filter(({ image }) => image?.backend === 'llama.cpp');
  switch (preference.kind) {
    case 'auto':
      return (
        bestServer ??
        xllamacpp ??
        images.find(({ devices }) => (devices?.length ?? 0) > 0) ??
        images[0] ??
        missing('There is no runtime for models on this machine.', 'none')
      );
    case 'xllamacpp':
      return xllamacpp ?? missing('The xllamacpp runtime is not installed.', 'xllamacpp');
    case 'llama-server':
      if (bestServer) return bestServer;
      throw new AppError('runtime.not_found', 'No llama-server program was found on PATH.', {
        hint: 'Install llama.cpp, or use the other runtime: gantry runtime use xllamacpp',
        params: { reason: 'no_llama_server' },
      });
    case 'container': {
      const named = images.find(({ path }) => path === preference.image);
      if (named) return named;
      throw new AppError('runtime.not_found', `The image ${preference.image} does not run GGUF models.`, {
        hint: 'Use an image with llama-server, such as ghcr.io/ggml-org/llama.cpp:server.',
        params: { reason: 'image_backend', image: preference.image },
      });
    }
    case 'program': {
      const named = found.find(({ origin, path }) => origin === 'settings' && path === preference.path);
      if (named) return named;
      throw new AppError('runtime.not_found', `${preference.path} is not a usable llama-server.`, {
        hint: 'Name another one: gantry runtime use /path/to/llama-server',
        params: { path: preference.path, reason: 'unusable' },
      });
    }
  }
}

function missing(sentence: string, reason: string): never {
  throw new AppError('runtime.not_installed', sentence, {
    hint: 'Install it: gantry runtime install xllamacpp',
    params: { reason },
  });
}
