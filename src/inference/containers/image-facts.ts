import { AppError } from '#core';
import type { ImageFacts } from '#docker';
import type { BackendName } from '../types.ts';

/** How a container image is named as a runtime: `container:ghcr.io/ggml-org/llama.cpp:server`. */
export const containerPrefix = 'container:';

/** Images of these names are taken for runtimes wherever they are on the Engine, best first. */
export const knownImages: Readonly<Record<BackendName, readonly string[]>> = {
  'llama.cpp': ['ghcr.io/ggml-org/llama.cpp'],
  vllm: ['vllm/vllm-openai'],
};

/** A label for images of one's own: `llama.cpp` or `vllm`. */
export const backendLabel = 'gantry.backend';

export interface Served {
  readonly backend: BackendName;
  readonly command: readonly string[];
}

/** What an image serves and how it is started, from what it says about itself. @throws AppError `runtime.not_found` */
export function servedBy(name: string, { entrypoint, command, labels }: ImageFacts): Served {
  const words = [...entrypoint, ...command];
  const labelled = labels[backendLabel];
  if (labelled === 'vllm' || (labelled === undefined && words.some((word) => /(^|[/.])vllm(\.|$)/.test(word)))) {
    // Older images start the API server's module; this is how contract §5.5 starts it.
    return { backend: 'vllm', command: ['vllm'] };
  }
  const isServer = (word: string): boolean => /(^|\/)llama-server$/.test(word);
  const program = words.find(isServer);
  if (program !== undefined) return { backend: 'llama.cpp', command: [program] };
  if (labelled === 'llama.cpp') return { backend: 'llama.cpp', command: ['llama-server'] };
  throw new AppError('runtime.not_found', `The image ${name} starts neither llama-server nor vLLM.`, {
    hint: `Use an image such as ghcr.io/ggml-org/llama.cpp:server or vllm/vllm-openai, or label one with ${backendLabel}.`,
    params: { reason: 'image_kind', image: name },
  });
}

/** The repository of an image name, without tag and digest. */
export function repositoryOf(name: string): string {
  const bare = name.split('@')[0] ?? name;
  const colon = bare.lastIndexOf(':');
  return colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare;
}

/** A word for the version where nobody can be asked: the image's own label, or its tag. */
export function versionOf(name: string, { labels, id }: Pick<ImageFacts, 'labels' | 'id'>): string {
  const label = labels['org.opencontainers.image.version'];
  if (label) return label;
  const tag = name.slice(repositoryOf(name).length + 1);
  return tag === '' || tag === 'latest' ? id.replace('sha256:', '').slice(0, 12) : tag;
}
