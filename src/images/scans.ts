import type { Docker } from '#docker';
import { audit } from './report/audit.ts';
import { scanImage } from './scan-image.ts';
import type { AuditFinding, Inventory } from './types.ts';
import { checkUpdates } from './updates/check-updates.ts';
import type { FetchIndex, UpdateReport } from './updates/types.ts';
import { askScanner } from './vulnerabilities/scanners.ts';
import type { RunProgram, VulnerabilityReport } from './vulnerabilities/types.ts';

/** Everything a scan finds. */
export interface ScanReport {
  readonly image: string;
  readonly digest: string;
  readonly scannedAtMs: number;
  readonly inventory: Inventory;
  readonly audit: readonly AuditFinding[];
  readonly updates: UpdateReport;
  readonly vulnerabilities: VulnerabilityReport;
}

export type ScanNews =
  | { readonly type: 'reading'; readonly readBytes: number; readonly totalBytes: number }
  | { readonly type: 'updates' }
  | { readonly type: 'vulnerabilities' }
  | { readonly type: 'done'; readonly report: ScanReport };

export interface ScansDeps {
  readonly docker: Docker;
  readonly fetchIndex: FetchIndex;
  /** Runs a scanner of this machine. */
  readonly run: RunProgram;
  readonly now: () => number;
}

export interface Scans {
  /**
   * The scan of an image, shared by all who follow it and ended when the last of them leaves. One that was scanned before is not
   * read again unless it is to be `fresh`. @throws AppError `docker.*`
   */
  follow(
    name: string,
    options: { readonly signal: AbortSignal; readonly fresh?: boolean | undefined },
  ): AsyncGenerator<ScanNews, void, void>;
}

interface Job {
  readonly ending: AbortController;
  readonly followers: Set<() => void>;
  news: ScanNews | undefined;
  failure: { readonly error: unknown } | undefined;
}

/** Reports of large images are megabytes. */
const mostKept = 8;

export function createScans({ docker, fetchIndex, run, now }: ScansDeps): Scans {
  const reports = new Map<string, ScanReport>();
  const jobs = new Map<string, Job>();

  async function* scan(id: string, name: string, signal: AbortSignal): AsyncGenerator<ScanNews> {
    let inventory: Inventory | undefined;
    for await (const event of scanImage(docker, id, { signal })) {
      if (event.type === 'done') ({ inventory } = event);
      else yield event;
    }
    if (!inventory) return;
    yield { type: 'updates' };
    const updates = await checkUpdates(inventory, fetchIndex, { signal });
    yield { type: 'vulnerabilities' };
    const vulnerabilities = await askScanner(name, run, { signal });
    const scannedAtMs = now();
    const found = audit(inventory, { nowMs: scannedAtMs });
    yield {
      type: 'done',
      report: { image: name, digest: id, scannedAtMs, inventory, audit: found, updates, vulnerabilities },
    };
  }

  function begin(id: string, name: string): Job {
    const job: Job = { ending: new AbortController(), followers: new Set(), news: undefined, failure: undefined };
    const work = async (): Promise<void> => {
      try {
        for await (const news of scan(id, name, job.ending.signal)) {
          if (news.type === 'done') keep(id, news.report);
          job.news = news;
          for (const wake of job.followers) wake();
        }
      } catch (error) {
        job.failure = { error };
        for (const wake of job.followers) wake();
      } finally {
        if (jobs.get(id) === job) jobs.delete(id);
      }
    };
    jobs.set(id, job);
    void work();
    return job;
  }

  function keep(id: string, report: ScanReport): void {
    reports.delete(id);
    reports.set(id, report);
    for (const oldest of reports.keys()) {
      if (reports.size <= mostKept) break;
      reports.delete(oldest);
    }
  }

  return {
    async *follow(name, { signal, fresh = false }) {
      const { id } = await docker.images.inspect(name, { signal });
      const kept = reports.get(id);
      if (kept && !fresh) {
        yield { type: 'done', report: kept };
        return;
      }
      const job = jobs.get(id) ?? begin(id, name);
      let wake = (): void => undefined;
      const listener = (): void => wake();
      job.followers.add(listener);
      signal.addEventListener('abort', listener);
      try {
        let told: ScanNews | undefined;
        for (;;) {
          signal.throwIfAborted();
          if (job.failure) throw job.failure.error;
          if (job.news && job.news !== told) {
            told = job.news;
            yield told;
            if (told.type === 'done') return;
            continue;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        signal.removeEventListener('abort', listener);
        job.followers.delete(listener);
        if (job.followers.size === 0) {
          job.ending.abort();
          if (jobs.get(id) === job) jobs.delete(id);
        }
      }
    },
  };
}
