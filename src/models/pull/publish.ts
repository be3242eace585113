import { AppError } from '#core';
import { digestOf } from '../manifest/build.ts';
import type { Store } from '../store/store.ts';
import type { Model } from '../types.ts';
import type { Acquired } from './context.ts';

export interface Pulled {
  readonly model: Model;
  readonly tag: string;
  readonly cached: boolean;
}

// A removal elsewhere may take a shared layer between its fetch and the publication; more often is no accident.
const publishAttempts = 10;

/** Makes what was acquired visible, and acquires it again when a layer went meanwhile. @throws AppError `store.corrupt` */
export async function publish(store: Store, acquire: () => Promise<Acquired>): Promise<Pulled> {
  const before = await store.index();
  for (let attempt = 1; ; attempt += 1) {
    const acquired = await acquire();
    const published = await store.publish(acquired);
    if ('model' in published) {
      return {
        model: published.model,
        tag: acquired.name,
        cached: before.some(({ id }) => id === digestOf(acquired.manifest)),
      };
    }
    if (attempt < publishAttempts) continue;
    const [digest = ''] = published.missing;
    throw new AppError('store.corrupt', `The file ${digest} disappears from the model store as soon as it is there.`, {
      hint: 'Find out what deletes files in the model store while a model is being pulled.',
      params: { digest },
    });
  }
}
