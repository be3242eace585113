import type { Backend } from '../types.ts';

/** Starts each runner with what its runtime needs: a process of this machine, or a container on the Engine. */
export function backendByRuntime({ processes, containers }: { processes: Backend; containers: Backend }): Backend {
  return {
    start: (plan, options) => (plan.runtime.name === 'container' ? containers : processes).start(plan, options),
  };
}
