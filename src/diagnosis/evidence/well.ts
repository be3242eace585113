import type { Evidence } from '../types.ts';

/** Nothing is wrong to the eye: it runs and is not unhealthy, or it ended well, or it never was asked to start. */
export function allWell({ container, output }: Evidence): boolean {
  if (!container) return output.length === 0;
  const { State: state, RestartCount: restarts } = container;
  if (state.Restarting || state.Health?.Status === 'unhealthy' || state.Error !== '') return false;
  if (state.Running) return restarts < 3;
  return state.Status === 'created' || (state.ExitCode === 0 && !state.OOMKilled);
}
