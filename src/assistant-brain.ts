import { request as httpRequest } from 'node:http';
import {
  chooseModel,
  createOpenAiModel,
  sizeOf,
  type AssistantDeps,
  type Brain,
  type ModelCandidate,
  type PostChat,
} from '#assistant';
import { AppError, type Log, type Paths } from '#core';
import type { Inference } from '#inference';
import type { Model, Models } from '#models';
import type { HttpClient } from '#registry';
import type { Settings, SettingsStore } from '#settings';

export interface BrainDeps {
  readonly paths: Paths;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly models: Models;
  readonly inference: Inference;
  readonly memory: () => { readonly budgetBytes: number };
  readonly storeRevision: () => number;
  /** Patient: a model may think for minutes before its first word. */
  readonly http: HttpClient;
  /** @throws AppError `secret.not_found` */
  readonly secret: (name: string) => Promise<string>;
  readonly log: Log;
}

type RemoteModel = Exclude<Settings['assistant']['model'], string>;

/** What answers, as the settings say: a model of this machine, one behind a URL, or rules. Nothing is ever downloaded for it. */
export function createBrain(deps: BrainDeps): Pick<AssistantDeps, 'brain' | 'models'> {
  const candidates = createCandidates(deps);
  const brain: AssistantDeps['brain'] = async (ofSession) => {
    const { model } = deps.settings.current().assistant;
    if (ofSession === null && typeof model !== 'string') return remote(model, deps);
    const name = ofSession ?? (typeof model === 'string' ? model : 'auto');
    if (name === 'none') return { kind: 'rules', why: switchedOff };
    if (name !== 'auto') return await local(await candidates.named(name), deps);
    const best = chooseModel(await candidates.all(), deps.memory());
    return best ? await local(best, deps) : { kind: 'rules', why: noModel };
  };
  return { brain, models: async () => ({ ...deps.memory(), candidates: await candidates.all() }) };
}

const switchedOff = {
  en: 'assistant.model is none: rules answer.',
  zh: 'assistant.model 为 none：由规则回答。',
};
const noModel = {
  en: 'No chat model that fits into memory is on this machine. Pull one, such as: docker model pull ai/qwen3',
  zh: '本机没有内存能容纳的对话模型。可先拉取，例如：docker model pull ai/qwen3',
};

interface Candidates {
  all(): Promise<readonly ModelCandidate[]>;
  /** @throws AppError `model.not_found`, and why it cannot run */
  named(name: string): Promise<ModelCandidate>;
}

function createCandidates({ models, inference, storeRevision, log }: BrainDeps): Candidates {
  let known: { readonly revision: number; readonly list: Promise<readonly ModelCandidate[]> } | undefined;

  async function candidateOf(model: Model, name: string): Promise<ModelCandidate> {
    const { header } = await models.bundle(model.id);
    const [packaged] = await models.texts(model.id, 'chatTemplate');
    const template = packaged ?? header.metadata['tokenizer.chat_template'] ?? '';
    const { estimatedBytes } = await inference.effective(name);
    return {
      name,
      chats: header.pooling === undefined || header.pooling === 'none' || header.pooling === 'last',
      hasTools: /\btools\b/.test(template),
      parameters: header.parameterCount,
      estimatedBytes,
      isLoaded: false,
    };
  }

  async function list(): Promise<readonly ModelCandidate[]> {
    const found = await Promise.all(
      (await models.list()).map(async (model) => {
        const name = model.tags[0] ?? model.id;
        return await candidateOf(model, name).catch((error: unknown) => {
          log.debug('a model cannot answer for the assistant', { model: name, error });
          return undefined;
        });
      }),
    );
    return found.filter((one) => one !== undefined);
  }

  return {
    async all() {
      const revision = storeRevision();
      if (known?.revision !== revision) known = { revision, list: list() };
      const loaded = new Set(inference.running().map(({ modelName }) => modelName));
      return (await known.list).map((one) => ({ ...one, isLoaded: loaded.has(one.name) }));
    },
    named: async (name) => await candidateOf(await models.get(name), name),
  };
}

/** Short, so that small models come to an end. */
const smallAnswerTokens = 220;

async function local(candidate: ModelCandidate, { paths, inference }: BrainDeps): Promise<Brain> {
  const { name } = candidate;
  if (!candidate.chats) {
    throw new AppError('model.unsupported', `${name} does not generate text.`, {
      hint: 'Choose another model with: gantry settings set assistant.model NAME',
      params: { reason: 'no_chat', name },
    });
  }
  const { contextSize } = await inference.effective(name);
  const size = sizeOf(candidate);
  const model = createOpenAiModel({
    name,
    isLocal: true,
    contextTokens: contextSize.value,
    post: postTo(paths.socket),
    ...(size === 'small' && { maxAnswerTokens: smallAnswerTokens }),
  });
  return { kind: 'model', model, size, choose: model.choose };
}

/** Our own daemon: queueing, loading, grammars and records are those of every other client. */
export function postTo(socket: string): PostChat {
  return async (body, { signal }) =>
    await new Promise((resolve, reject) => {
      const bytes = Buffer.from(JSON.stringify(body));
      const outgoing = httpRequest(
        {
          socketPath: socket,
          path: '/engines/v1/chat/completions',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': bytes.length,
            'x-request-origin': 'assistant',
          },
          signal,
          agent: false,
        },
        (response) => resolve({ status: response.statusCode ?? 502, body: response }),
      );
      outgoing.once('error', reject);
      outgoing.end(bytes);
    });
}

function remote({ url, model, keySecret, contextSize }: RemoteModel, { http, secret }: BrainDeps): Brain {
  const address = url.endsWith('/chat/completions') ? url : `${url.replace(/\/$/, '')}/chat/completions`;
  const post: PostChat = async (body, { signal }) => {
    const key = keySecret === undefined ? undefined : await secret(keySecret);
    return await http.request(address, {
      signal,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      // Where it leads to is not where the person said that their words may go.
      manualRedirect: true,
    });
  };
  const { hostname } = new URL(url);
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  const made = createOpenAiModel({ name: model, isLocal, contextTokens: contextSize, post });
  return { kind: 'model', model: made, size: 'full', choose: made.choose, url };
}
