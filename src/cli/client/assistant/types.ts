import type { AssistantCalls, AssistantEvent, AssistantSessionListBody, TurnRequest } from '#contract';

/** The assistant of the daemon, for terminals. Every call throws what the daemon says as AppError. */
export interface AssistantClient extends AssistantCalls {
  sessions(query?: string): Promise<AssistantSessionListBody>;
  /** One turn from question to `turn_ended`. Leaving the iteration, or aborting, gives the turn up unless somebody else follows it. */
  turn(id: string, request: TurnRequest, options?: FollowOptions): AsyncIterable<AssistantEvent>;
  /** What happens in a session after `after`, without end: ends when the session is gone, the daemon stops, or the signal aborts. */
  events(id: string, options?: FollowOptions & { readonly after?: number | undefined }): AsyncIterable<AssistantEvent>;
}

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
}
