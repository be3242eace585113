import { useState } from 'react';
import { cleanText, errorText, useApi, useInvalidate, useKitText, useToasts, type Api } from '../../kit/index.ts';
import { waves, type ProjectVerb } from './projects.ts';
import type { ContainerRow } from './rows.ts';
import { useText } from './text.ts';

/** So many at once: each keeps the Engine busy. */
const atOnce = 8;

export interface ProjectAction {
  readonly isRunning: boolean;
  /** Resolves when all were tried; what did not go well is said in one toast. */
  readonly start: (verb: ProjectVerb, rows: readonly ContainerRow[]) => Promise<void>;
}

/** Something for several containers, in the order of what they depend on. One that fails does not hold the others up. */
export function useProject(): ProjectAction {
  const t = useText();
  const kit = useKitText();
  const api = useApi();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const [isRunning, setRunning] = useState(false);
  return {
    isRunning,
    async start(verb, rows) {
      setRunning(true);
      const failed: { readonly name: string; readonly error: unknown }[] = [];
      const one = async ({ name }: ContainerRow): Promise<void> => {
        await act(api, verb, name).catch((error: unknown) => failed.push({ name: cleanText(name), error }));
      };
      for (const wave of waves(verb, rows)) {
        for (let at = 0; at < wave.length; at += atOnce) await Promise.all(wave.slice(at, at + atOnce).map(one));
      }
      const [first] = failed;
      if (first) {
        const names = failed.map(({ name }) => name).join(', ');
        toasts.say({ kind: 'error', text: t.projectFailed(names, errorText(first.error, kit)) });
      } else toasts.say({ kind: 'success', text: t.projectDone(rows.length) });
      setRunning(false);
      await invalidate(['/gantry/containers']);
    },
  };
}

async function act(api: Api, verb: ProjectVerb, name: string): Promise<void> {
  const path = `/gantry/containers/${encodeURIComponent(name)}`;
  if (verb !== 'remove') return await api.send({ method: 'POST', path: `${path}/${verb}` });
  const query = new URLSearchParams({ confirm: name, force: 'true', volumes: 'false' });
  await api.send({ method: 'DELETE', path: `${path}?${query}` });
}
