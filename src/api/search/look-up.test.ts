import { describe, expect, it } from 'vitest';
import { cardBody, variantsBody } from '#contract';
import { AppError } from '#core';
import type { ModelLookUp } from '#models';
import type { Exchange } from '../http/exchange.ts';
import { createLookUpRoutes } from './look-up-routes.ts';

const lookUp: ModelLookUp = {
  variants: async (name) => ({
    variants: [
      { name: `${name}:q4`, quantization: 'Q4_K_M', sizeBytes: 5 },
      { name: `${name}:sig`, problem: new AppError('model.unsupported', 'It is no model.') },
    ],
    isCut: true,
  }),
  card: async () => ({ text: '# Hello', origin: 'Docker Hub' }),
};

async function ask(path: string, query: string): Promise<unknown> {
  let sent = '';
  const response = {
    writeHead: () => response,
    end: (body: unknown) => {
      sent = String(body);
    },
  };
  const exchange = { query, response, gone: new AbortController().signal } as unknown as Exchange;
  await createLookUpRoutes({ lookUp }).match('GET', path)?.(exchange);
  return JSON.parse(sent);
}

describe('looking a model up', () => {
  it('answers what there is of it, as the contract says', async () => {
    expect(variantsBody.parse(await ask('/gantry/variants', 'model=ai%2Fx'))).toEqual({
      variants: [
        { name: 'ai/x:q4', quantization: 'Q4_K_M', size_bytes: 5 },
        { name: 'ai/x:sig', problem: 'It is no model.' },
      ],
      is_cut: true,
    });
    expect(cardBody.parse(await ask('/gantry/card', 'model=ai%2Fx'))).toEqual({
      text: '# Hello',
      origin: 'Docker Hub',
    });
  });

  it.each(['', 'model=', 'model=+'])('needs a name, which %j is not', async (query) => {
    await expect(ask('/gantry/variants', query)).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(ask('/gantry/card', query)).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('does not exist without a look-up, nor for other verbs', () => {
    expect(createLookUpRoutes({}).match('GET', '/gantry/card')).toBeUndefined();
    expect(createLookUpRoutes({ lookUp }).match('POST', '/gantry/card')).toBeUndefined();
  });
});
