import { createContext, use } from 'react';
import type { Api } from './api.ts';

/** What a page gets from outside. */
export interface Environment {
  readonly api: Api;
  /** Of this browser: choices of the user. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Of this tab alone, as long as it is open. */
  readonly tabStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export const EnvironmentContext = createContext<Environment | undefined>(undefined);

export function useEnvironment(): Environment {
  const environment = use(EnvironmentContext);
  if (!environment) throw new Error('There is no environment above this component.');
  return environment;
}

export function useApi(): Api {
  return useEnvironment().api;
}
