import { pullImageLine } from '#contract';
import { cleanText, useErrorTeller, useTransfers } from '../../kit/index.ts';
import { useText } from './text.ts';
import { transferLines } from './transfer-lines.ts';

/** The Engine says what a layer is at in a few fixed words. */
function statusText(status: string, t: ReturnType<typeof useText>): string {
  const words: readonly (readonly [beginning: string, text: string])[] = [
    ['Pulling fs layer', t.statusWaiting],
    ['Waiting', t.statusWaiting],
    ['Preparing', t.statusWaiting],
    ['Downloading', t.statusDownloading],
    ['Extracting', t.statusExtracting],
    ['Pushing', t.statusPushing],
  ];
  return words.find(([beginning]) => status.startsWith(beginning))?.[1] ?? cleanText(status);
}

/** Pulls and pushes of images, which go on while pages are changed. */
export function useImageTransfers(): {
  readonly pull: (name: string) => void;
  readonly push: (name: string) => void;
} {
  const t = useText();
  const tell = useErrorTeller();
  const { start } = useTransfers();
  const begin = (mode: 'pull' | 'push', name: string): void => {
    const request =
      mode === 'pull'
        ? ({ path: '/gantry/images/pull', method: 'POST', body: { name } } as const)
        : ({ path: `/gantry/images/${encodeURIComponent(name)}/push`, method: 'POST', body: {} } as const);
    const shown = cleanText(name);
    start({
      title: mode === 'pull' ? t.pullRunning(shown) : t.pushRunning(shown),
      request,
      changes: ['/gantry/images'],
      lines: (api, signal) =>
        transferLines(api.lines({ ...request, signal }, pullImageLine), {
          mode,
          status: (status) => statusText(status, t),
          done: ({ digest }) => (mode === 'pull' ? t.pulled(shown) : t.pushed(shown, digest ?? '')),
          tell: ({ code, message, hint, params = {} }) =>
            tell({ code, message, params, ...(hint !== undefined && { hint }) }),
        }),
    });
  };
  return { pull: (name) => begin('pull', name), push: (name) => begin('push', name) };
}
