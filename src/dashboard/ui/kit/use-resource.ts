import { useQuery, useQueryClient, keepPreviousData } from '@tanstack/react-query';
import type { ZodType } from 'zod';
import type { ApiError } from './api.ts';
import { askAgain } from './ask-again.ts';
import { useIsAsking } from './asking.tsx';
import { useApi } from './environment.tsx';

export interface ResourceRequest<T> {
  /** `/models`, with its query. What it begins with is what `useAction` names when it changes something. */
  readonly path: string;
  readonly schema: ZodType<T>;
  /** Some questions are asked with a body, by POST. */
  readonly body?: object | undefined;
  /** Asks again so often while the page can be seen. */
  readonly refreshMs?: number | undefined;
  /** False: does not ask yet. */
  readonly enabled?: boolean | undefined;
}

export interface Resource<T> {
  /** The last answer there was, also while a new one is asked for or refused. */
  readonly data: T | undefined;
  /** Why the last question was not answered. */
  readonly error: ApiError | undefined;
  /** Nothing was answered yet. */
  readonly isLoading: boolean;
  readonly isRefreshing: boolean;
  readonly reload: () => void;
}

/** What the daemon says, kept and asked again: shown at once when it is known, then as it is now. */
export function useResource<T>({ path, schema, body, refreshMs, ...request }: ResourceRequest<T>): Resource<T> {
  const api = useApi();
  const isAsking = useIsAsking();
  const enabled = isAsking && (request.enabled ?? true);
  const query = useQuery<T, ApiError>({
    queryKey: body ? [path, body] : [path],
    queryFn: ({ signal }) => api.json({ path, signal, ...(body && { method: 'POST' as const, body }) }, schema),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs ?? false,
  });
  return {
    data: query.isPlaceholderData && query.error ? undefined : query.data,
    error: query.error ?? undefined,
    isLoading: query.isPending && enabled,
    isRefreshing: query.isFetching,
    reload: () => void query.refetch(),
  };
}

/**
 * Makes all resources whose path begins so be asked again, in the other tabs too. `/things?` names the list itself with whatever query,
 * and nothing below it.
 */
export function useInvalidate(): (beginnings: readonly string[]) => Promise<void> {
  const client = useQueryClient();
  return async (beginnings) => {
    tellOtherTabs(beginnings);
    await askAgain(client, beginnings);
  };
}

export const tabsChannel = 'gantry-changes';

function tellOtherTabs(beginnings: readonly string[]): void {
  const channel = new BroadcastChannel(tabsChannel);
  channel.postMessage(beginnings);
  channel.close();
}
