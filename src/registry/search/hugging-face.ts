import { z } from 'zod';
import { chooseHuggingFaceFiles } from '../huggingface/choose-files.ts';
import { invalidResponse } from '../http/failures.ts';
import type { FetchJson } from './fetch-json.ts';
import type { FoundModel } from './types.ts';

const listed = z.array(
  z.object({
    id: z.string(),
    downloads: z.number().nullish(),
    likes: z.number().nullish(),
    lastModified: z.string().nullish(),
    createdAt: z.string().nullish(),
    pipeline_tag: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
  }),
);

const withFiles = z.object({
  siblings: z.array(z.object({ rfilename: z.string(), size: z.number().nullish() })),
});

export interface HubSearch {
  readonly base: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Models that llama.cpp or vLLM can run, the most downloaded first. */
export async function listHuggingFace(
  fetchJson: FetchJson,
  { term, limit }: { term: string; limit: number },
  { base, token, signal }: HubSearch,
): Promise<FoundModel[]> {
  const query = new URLSearchParams({
    apps: 'vllm,llama.cpp',
    sort: 'downloads',
    direction: '-1',
    limit: String(limit),
    ...(term === '' ? {} : { search: term }),
  });
  const answer = listed.safeParse(await fetchJson(`${base}/api/models?${query.toString()}`, { signal, token }));
  if (!answer.success) throw invalidResponse(new URL(base).host, 'its list of models is not one');
  return answer.data.map((one) => ({
    name: `hf.co/${one.id}`,
    description: one.pipeline_tag ?? '',
    downloads: one.downloads ?? 0,
    stars: one.likes ?? 0,
    source: 'huggingface',
    official: false,
    updatedAt: one.lastModified ?? one.createdAt ?? '',
    license: licenseOf(one.tags ?? []),
    backend: backendOf(one.tags ?? []),
    sizeBytes: undefined,
  }));
}

/** Bytes of the weights that a pull without a quantization would fetch. */
export async function huggingFaceSize(
  fetchJson: FetchJson,
  name: string,
  { base, token, signal }: HubSearch,
): Promise<number | undefined> {
  const path = name
    .replace(/^hf\.co\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const answer = withFiles.safeParse(await fetchJson(`${base}/api/models/${path}?blobs=true`, { signal, token }));
  if (!answer.success) return undefined;
  const files = answer.data.siblings.map(({ rfilename, size }) => ({
    path: rfilename,
    sizeBytes: size ?? 0,
    digest: undefined,
  }));
  const { weights } = chooseHuggingFaceFiles(files, { repository: name });
  return weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) || undefined;
}

const licenseTag = 'license:';

function licenseOf(tags: readonly string[]): string {
  return tags
    .filter((tag) => tag.startsWith(licenseTag))
    .map((tag) => tag.slice(licenseTag.length))
    .join(', ');
}

function backendOf(tags: readonly string[]): string {
  if (tags.includes('gguf')) return 'llama.cpp';
  return tags.includes('safetensors') ? 'vllm' : '';
}
