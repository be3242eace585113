import { readFile } from 'node:fs/promises';
import { systemClock, type Clock, type Env } from '#core';
import { rangeHeader, toRemoteBody } from '../http/blob.ts';
import { invalidResponse } from '../http/failures.ts';
import type { HttpClient, HttpResponse, HuggingFace, HuggingFaceFile, RemoteBlob } from '../types.ts';
import { assertOnline, isRepositoryName, parseEndpoint, parseRepositoryName } from './hub-endpoint.ts';
import { hubError } from './hub-error.ts';
import { nextPage, parseRevision, parseTreePage } from './listing.ts';
import { commitToHub } from './push.ts';
import { huggingFaceToken } from './token.ts';

export interface HuggingFaceOptions {
  readonly http: HttpClient;
  readonly env: Env;
  /** Where the token file is looked for; `HOME` by default. */
  readonly userHome?: string | undefined;
  readonly readText?: ((path: string) => Promise<string>) | undefined;
  readonly clock?: Clock | undefined;
}

const maxAnswerBytes = 64 * 1024 * 1024;
const maxPages = 1000;
const maxFiles = 200_000;

/** Client of the Hub API behind `HF_ENDPOINT`. The token goes to that origin only. */
export function createHuggingFace(options: HuggingFaceOptions): HuggingFace {
  const { http, env, clock = systemClock } = options;
  const readText = options.readText ?? ((path: string) => readFile(path, 'utf8'));
  const userHome = options.userHome ?? env['HOME'];

  const authorization = async (bearerToken: string | undefined): Promise<Record<string, string>> => {
    const token = bearerToken || (await huggingFaceToken(env, { userHome, readText }));
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };

  return {
    async repository(name, { signal, bearerToken, revision = 'main' }) {
      const endpoint = parseEndpoint(env['HF_ENDPOINT']);
      const repository = parseRepositoryName(name);
      assertOnline(env, endpoint.host);
      const headers = { accept: 'application/json', ...(await authorization(bearerToken)) };
      const get = async (url: string): Promise<HttpResponse> => {
        const response = await http.request(url, { signal, headers });
        if (response.status === 200) return response;
        await response.discard();
        throw hubError(response, { repository, revision, host: endpoint.host, hasToken: 'authorization' in headers });
      };

      const info = await get(`${endpoint.base}/api/models/${repository}/revision/${encodeURIComponent(revision)}`);
      const { id, sha, lastModified = '' } = parseRevision(await info.json(maxAnswerBytes), endpoint.host);
      // A renamed repository answers under its new name.
      const canonical = isRepositoryName(id) ? id : repository;
      const files = await listTree(`${endpoint.base}/api/models/${canonical}/tree/${sha}?recursive=true`, get);
      return { repository: canonical, revision: sha, lastModified, files };
    },

    async push(name, { files, message, signal, bearerToken, onProgress }) {
      const endpoint = parseEndpoint(env['HF_ENDPOINT']);
      const repository = parseRepositoryName(name);
      assertOnline(env, endpoint.host);
      const access = { http, clock, endpoint, repository, headers: await authorization(bearerToken), signal };
      return await commitToHub(access, { files, message, onProgress });
    },

    blob(repository, file, { bearerToken } = {}): RemoteBlob {
      const endpoint = parseEndpoint(env['HF_ENDPOINT']);
      const path = file.path.split('/').map(encodeURIComponent).join('/');
      const url = `${endpoint.base}/${repository.repository}/resolve/${repository.revision}/${path}`;
      const label = `${endpoint.host}/${repository.repository}/${file.path}`;
      const sizeBytes = file.sizeBytes;
      return {
        label,
        sizeBytes,
        acceptsRanges: true,
        async open(range, { signal }) {
          const headers = { ...(await authorization(bearerToken)), ...rangeHeader(range, sizeBytes) };
          const response = await http.request(url, { signal, headers });
          // Files of a gated repository are listed to everybody and refused only here.
          if (response.status !== 401 && response.status !== 403) return toRemoteBody(response, { label, range });
          await response.discard();
          throw hubError(response, { ...repository, host: endpoint.host, hasToken: 'authorization' in headers });
        },
      };
    },
  };
}

async function listTree(firstUrl: string, get: (url: string) => Promise<HttpResponse>): Promise<HuggingFaceFile[]> {
  const files: HuggingFaceFile[] = [];
  const { host } = new URL(firstUrl);
  const seen = new Set<string>();
  let url = firstUrl;
  for (;;) {
    seen.add(url);
    const response = await get(url);
    files.push(...parseTreePage(await response.json(maxAnswerBytes), host));
    const next = nextPage(response.headers['link'], response.url);
    if (next === undefined) return files;
    // Only the query of the link counts: a mirror copies the Hub's own links, and no page may lead us to another place.
    url = `${firstUrl.split('?')[0]}${next.search}`;
    if (seen.has(url)) throw invalidResponse(host, 'its list of files goes round in a circle');
    if (seen.size >= maxPages || files.length > maxFiles) throw invalidResponse(host, 'its list of files does not end');
  }
}
