import type {
  ApprovalRequest,
  AssistantEvent,
  AssistantSessionBody,
  AssistantSessionListBody,
  AssistantStateBody,
  AssistantToolListBody,
  ChangeSessionRequest,
  ChangeToolsRequest,
  CreateSessionRequest,
  FeedbackRequest,
  PermissionsBody,
  PermissionsRequest,
  ProjectFilesBody,
  TurnRequest,
  UndoneBody,
} from '#contract';

/** The assistant of the daemon, for terminals. Every call throws what the daemon says as AppError. */
export interface AssistantClient {
  state(): Promise<AssistantStateBody>;
  enable(acceptTerms: number): Promise<AssistantStateBody>;
  disable(): Promise<AssistantStateBody>;
  acknowledge(disclosure: string): Promise<AssistantStateBody>;

  sessions(query?: string): Promise<AssistantSessionListBody>;
  createSession(request: CreateSessionRequest): Promise<AssistantSessionBody>;
  session(id: string): Promise<AssistantSessionBody>;
  changeSession(id: string, change: ChangeSessionRequest): Promise<AssistantSessionBody>;
  removeSession(id: string): Promise<void>;
  removeSessions(): Promise<void>;
  exportSession(id: string, format: 'json' | 'markdown'): Promise<string>;

  /** One turn from question to `turn_ended`. Leaving the iteration, or aborting, gives the turn up unless somebody else follows it. */
  turn(id: string, request: TurnRequest, options?: FollowOptions): AsyncIterable<AssistantEvent>;
  /** What happens in a session after `after`, without end: ends when the session is gone, the daemon stops, or the signal aborts. */
  events(id: string, options?: FollowOptions & { readonly after?: number | undefined }): AsyncIterable<AssistantEvent>;
  answer(id: string, callId: string, approval: ApprovalRequest): Promise<void>;
  /** Ends the turn under way and those that wait. */
  stop(id: string): Promise<void>;
  undo(id: string): Promise<UndoneBody>;
  compact(id: string): Promise<void>;
  rate(id: string, messageId: string, feedback: FeedbackRequest): Promise<void>;

  tools(): Promise<AssistantToolListBody>;
  changeTools(changes: ChangeToolsRequest): Promise<AssistantToolListBody>;
  permissions(project?: string): Promise<PermissionsBody>;
  setPermissions(request: PermissionsRequest): Promise<PermissionsBody>;
  files(directory: string, prefix: string): Promise<ProjectFilesBody>;
}

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
}
