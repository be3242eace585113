import { z } from 'zod';
import { getJson } from './answers.ts';
import type { Upstreams } from './upstream.ts';

/** What is known of a running runner. */
export interface RunnerFacts {
  /** Undefined for a runtime that does not tell: it has its own ways with tools and schemas, and gets requests as they are. */
  readonly template: { readonly knowsTools: boolean; readonly hasSystemRole: boolean } | undefined;
}

export interface RunnerFactsSource {
  /** Asks a runner once. Rejects when it cannot be reached. */
  of(
    runner: { readonly runnerId: string; readonly socket: string },
    signals: readonly AbortSignal[],
  ): Promise<RunnerFacts>;
}

const mostKept = 100;

const props = z.object({
  chat_template_caps: z.object({
    supports_tools: z.boolean().default(false),
    supports_tool_calls: z.boolean().default(false),
    supports_system_role: z.boolean().default(true),
  }),
});

export function createRunnerFacts(upstreams: Upstreams): RunnerFactsSource {
  const known = new Map<string, RunnerFacts>();
  return {
    async of({ runnerId, socket }, signals) {
      const present = known.get(runnerId);
      if (present) return present;
      const answer = await upstreams.open({ socket, path: '/props', method: 'GET', stream: false, signals });
      const { success, data } = props.safeParse(await getJson(answer));
      const caps = data?.chat_template_caps;
      const facts: RunnerFacts = {
        template:
          success && caps
            ? { knowsTools: caps.supports_tools && caps.supports_tool_calls, hasSystemRole: caps.supports_system_role }
            : undefined,
      };
      const [oldest] = known.keys();
      if (known.size >= mostKept && oldest !== undefined) known.delete(oldest);
      known.set(runnerId, facts);
      return facts;
    },
  };
}
