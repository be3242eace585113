import { psBody } from '#contract';
import type { Random } from '#testing';
import type { Client } from './client.ts';

/** What goes wrong or changes while others ask. */
export type Trouble = 'kill' | 'configure' | 'unload' | 'alias' | 'variant';

export interface TroubleDeps {
  readonly client: Client;
  readonly models: readonly string[];
  readonly random: Random;
  /** A number no other trouble has. */
  readonly number: number;
}

/** Makes trouble and returns what was answered that should not have been; nothing when all went as it may. */
export async function makeTrouble(trouble: Trouble, deps: TroubleDeps): Promise<string | undefined> {
  const { client, models, random } = deps;
  const model = random.pick(models);
  switch (trouble) {
    case 'kill':
      return await killOne(deps);
    case 'configure': {
      const body = { model, 'context-size': random.pick([512, 768, 1024]), keep_alive: random.pick(['5m', '10m']) };
      // In use, or no room for the larger one.
      return await expectStatus(client, { path: '/engines/_configure', body }, [202, 409, 503]);
    }
    case 'unload': {
      const body = random.chance(0.3) ? { all: true } : { models: [model] };
      return await expectStatus(client, { path: '/engines/unload', body }, [200]);
    }
    case 'alias':
      return await useAlias(model, deps);
    case 'variant':
      return await useVariant(model, deps);
  }
}

async function killOne({ client, random }: TroubleDeps): Promise<string | undefined> {
  const heard = await client.ask({ method: 'GET', path: '/engines/ps' });
  const runners = psBody.parse(heard === 'left' ? [] : JSON.parse(heard.text)).flatMap(({ pid }) => pid ?? []);
  if (runners.length === 0) return undefined;
  try {
    process.kill(random.pick(runners), 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
  return undefined;
}

/** A second name is given, used and taken away while its model runs. */
async function useAlias(model: string, { client, number }: TroubleDeps): Promise<string | undefined> {
  const alias = `test/alias:n${number}`;
  return (
    (await expectStatus(client, { path: `/models/${model}/tag?repo=test/alias&tag=n${number}` }, [201])) ??
    (await expectStatus(client, chat(alias), mayHappen)) ??
    (await expectStatus(client, { method: 'DELETE', path: `/models/${alias}` }, [200]))
  );
}

/** A model comes, answers, is refused to go while it does, and goes. */
async function useVariant(model: string, { client, number }: TroubleDeps): Promise<string | undefined> {
  const target = `test/variant:n${number}`;
  const body = { target, context_size: 512 + number };
  const made = await expectStatus(client, { path: `/models/${model}/repackage`, body }, [201]);
  if (made !== undefined) return made;
  const remove = { method: 'DELETE', path: `/models/${target}` };
  const asked = expectStatus(client, chat(target), [...mayHappen, 404]);
  const early = await expectStatus(client, remove, [200, 409]);
  return (await asked) ?? early ?? (await expectStatus(client, remove, [200, 404]));
}

/** Answers, and what a crowd, a killed runner or a full memory make of a request. */
export const mayHappen: readonly number[] = [200, 429, 502, 503];

function chat(model: string): { path: string; body: object } {
  return {
    path: '/v1/chat/completions',
    body: { model, max_tokens: 2, messages: [{ role: 'user', content: 'Say hi.' }] },
  };
}

async function expectStatus(
  client: Client,
  ask: { readonly method?: string; readonly path: string; readonly body?: object },
  allowed: readonly number[],
): Promise<string | undefined> {
  const heard = await client.ask(ask);
  if (heard === 'left' || allowed.includes(heard.status)) return undefined;
  return `${ask.method ?? 'POST'} ${ask.path} answered ${heard.status}: ${heard.text.slice(0, 300)}`;
}
