import { scanLine, type ScanLine, type ScanReportBody } from '#contract';
import { useEffect, useState } from 'react';
import { errorText, useApi, useKitText } from '../../kit/index.ts';

export type Scan =
  | { readonly state: 'running'; readonly step: Exclude<ScanLine, { type: 'done' | 'error' }> | undefined }
  | { readonly state: 'done'; readonly report: ScanReportBody }
  | { readonly state: 'failed'; readonly message: string };

/** The scan of an image: the daemon keeps what it found, so that only the first look takes time. */
export function useScan(name: string): { readonly scan: Scan; readonly again: () => void } {
  const api = useApi();
  const kit = useKitText();
  const [scan, setScan] = useState<Scan>({ state: 'running', step: undefined });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    const path = `/gantry/images/${encodeURIComponent(name)}/scan${round > 0 ? '?fresh=true' : ''}`;
    const run = async (): Promise<void> => {
      setScan({ state: 'running', step: undefined });
      try {
        for await (const line of api.lines({ path, method: 'POST', signal }, scanLine)) {
          if (line.type === 'done') setScan({ state: 'done', report: line.report });
          else if (line.type === 'error') setScan({ state: 'failed', message: line.message });
          else setScan({ state: 'running', step: line });
        }
      } catch (error) {
        if (!signal.aborted) setScan({ state: 'failed', message: errorText(error, kit) });
      }
    };
    void run();
    return () => gone.abort();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another language scans nothing anew
  }, [api, name, round]);
  return { scan, again: () => setRound((before) => before + 1) };
}
