import { AppError, toAppError, type Log } from '#core';
import type { PackageFile, PythonIndex } from '../types.ts';
import { splitCredentials } from './credentials.ts';
import { filesOfFindLinks, filesOfIndex } from './package-sources.ts';
import { openPipSession, type PipSession, type PipSessionOptions } from './pip-session.ts';
import { normalizeDistribution } from './wheel-name.ts';

export interface PythonIndexOptions extends PipSessionOptions {
  readonly log: Log;
}

/** Looks where pip would look: find-links and every index. A place that fails is reported in the log as long as another one has the distribution. */
export function createPythonIndex(options: PythonIndexOptions): PythonIndex {
  return {
    async files(distribution, request) {
      if (!/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i.test(distribution)) {
        throw new AppError(
          'reference.invalid',
          `"${distribution.slice(0, 100)}" is not the name of a Python package.`,
          {
            params: { name: distribution.slice(0, 100) },
          },
        );
      }
      const session = await openPipSession(options, request);
      const name = normalizeDistribution(distribution);
      const searches = [
        ...session.config.findLinks.map((place) => filesOfFindLinks(session, { place, name })),
        ...session.indexes.map((index) => filesOfIndex(session, { index, name })),
      ];
      return collect(await Promise.allSettled(searches), { session, name, log: options.log });
    },
  };
}

function collect(
  results: readonly PromiseSettledResult<PackageFile[]>[],
  { session, name, log }: { session: PipSession; name: string; log: Log },
): PackageFile[] {
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [toAppError(result.reason)] : []));
  const aborted = failures.find((error) => error.code === 'request.aborted');
  if (aborted || session.signal.aborted) throw aborted ?? toAppError(session.signal.reason);
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const files = found.flat();
  if (files.length === 0) {
    // A find-links place that is gone says less than an index that answered, or one that could not be reached.
    const worst =
      failures.find(({ code }) => code !== 'source.not_found') ?? (found.length === 0 ? failures[0] : undefined);
    throw worst ?? notFound(session, name);
  }
  for (const { code, message } of failures)
    log.warn('package source skipped', { distribution: name, code, reason: message });
  return files;
}

function notFound({ config, indexes }: PipSession, name: string): AppError {
  const places = [...config.findLinks.map(shownPlace), ...indexes.map(({ url }) => url.host || url.href)].join(', ');
  const sentence =
    places === ''
      ? `pip's configuration names no place to find ${name} in.`
      : `There is no Python package ${name} in ${places}.`;
  return new AppError('source.not_found', sentence, {
    hint: 'Check the name, and the index that pip is configured for: pip config list',
    params: { name, places },
  });
}

function shownPlace(place: string): string {
  const url = splitCredentials(place)?.url;
  return url === undefined || url.protocol === 'file:' ? place : `${url.host}${url.pathname}`;
}
