import { useMutation } from '@tanstack/react-query';
import type { Api } from './api.ts';
import { useApi } from './environment.tsx';
import { errorText, useKitText } from './errors.ts';
import { useToasts } from './toasts.tsx';
import { useInvalidate } from './use-resource.ts';

export interface ActionOptions<A, R> {
  /** What is asked of the daemon. */
  readonly run: (api: Api, given: A) => Promise<R>;
  /** Beginnings of the paths of resources that are different now. */
  readonly changes?: readonly string[] | undefined;
  /** Said when it is done. */
  readonly done?: ((result: R, given: A) => string) | undefined;
  /** `kept`: what went wrong is not said in a toast, because it is shown where it was asked for. */
  readonly errors?: 'said' | 'kept' | undefined;
}

export interface Action<A> {
  /** Resolves with whether it went well; what did not is said in a toast. */
  start(given: A): Promise<boolean>;
  readonly isRunning: boolean;
  /** What it runs with, while it does. */
  readonly given: A | undefined;
  /** Why it did not go well, until it is started again or that is forgotten. */
  readonly error: string | undefined;
  readonly forget: () => void;
}

/** Something that changes what the daemon has. Errors and success are said; resources that it changes are asked again. */
export function useAction<A = void, R = void>({
  run,
  changes = [],
  done,
  errors = 'said',
}: ActionOptions<A, R>): Action<A> {
  const api = useApi();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const kit = useKitText();
  const mutation = useMutation<R, unknown, A>({ mutationFn: (given) => run(api, given) });
  return {
    async start(given) {
      try {
        const result = await mutation.mutateAsync(given);
        if (done) toasts.say({ text: done(result, given), kind: 'success' });
        return true;
      } catch (error) {
        if (errors === 'said') toasts.say({ text: errorText(error, kit), kind: 'error' });
        return false;
      } finally {
        await invalidate(changes);
      }
    },
    isRunning: mutation.isPending,
    given: mutation.isPending ? mutation.variables : undefined,
    error: mutation.error === null ? undefined : errorText(mutation.error, kit),
    forget: () => mutation.reset(),
  };
}
