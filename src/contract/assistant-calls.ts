import type {
  ApprovalRequest,
  AssistantModelListBody,
  AssistantSessionBody,
  AssistantStateBody,
  AssistantToolListBody,
  ChangeSessionRequest,
  ChangeToolsRequest,
  CreateSessionRequest,
  FeedbackRequest,
  PermissionsBody,
  PermissionsRequest,
  ProjectFilesBody,
  UndoneBody,
} from './assistant.ts';

/** What the daemon's assistant does for its clients, the same on both sides of the socket; streams aside. */
export interface AssistantCalls {
  state(): Promise<AssistantStateBody>;
  models(): Promise<AssistantModelListBody>;
  enable(acceptTerms: number): Promise<AssistantStateBody>;
  disable(): Promise<AssistantStateBody>;
  acknowledge(disclosure: string): Promise<AssistantStateBody>;
  createSession(request: CreateSessionRequest): Promise<AssistantSessionBody>;
  session(id: string): Promise<AssistantSessionBody>;
  changeSession(id: string, change: ChangeSessionRequest): Promise<AssistantSessionBody>;
  removeSession(id: string): Promise<void>;
  removeSessions(): Promise<void>;
  exportSession(id: string, format: 'json' | 'markdown'): Promise<string>;
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
