export {
  apiKeyListBody,
  createdKeyBody,
  createKeyRequest,
  tlsBody,
  type ApiKeyBody,
  type CreatedKeyBody,
  type TlsBody,
} from './access.ts';
export {
  acknowledgeRequest,
  approvalRequest,
  assistantSessionBody,
  assistantSessionListBody,
  assistantStateBody,
  assistantToolListBody,
  changeSessionRequest,
  changeToolsRequest,
  createSessionRequest,
  enableAssistantRequest,
  feedbackRequest,
  permissionsBody,
  permissionsRequest,
  projectFilesBody,
  turnRequest,
  undoneBody,
  type ApprovalRequest,
  type AssistantSessionBody,
  type AssistantSessionListBody,
  type AssistantStateBody,
  type AssistantToolListBody,
  type ChangeSessionRequest,
  type ChangeToolsRequest,
  type CreateSessionRequest,
  type FeedbackRequest,
  type PermissionsBody,
  type PermissionsRequest,
  type ProjectFilesBody,
  type TurnRequest,
  type UndoneBody,
} from './assistant.ts';
export { assistantEvent, type AssistantEvent, type AssistantStopReason } from './assistant-events.ts';
export {
  backendRequest,
  configurationsBody,
  configureRequest,
  type ConfigurationsBody,
  type ConfigureRequest,
} from './configure.ts';
export { diskUsageBody, enginesStatusBody, psBody, unloadedBody, unloadRequest } from './engines.ts';
export { errorBody, gantryMediaType, type ErrorBody } from './errors.ts';
export {
  daemonStatusBody,
  runtimeBody,
  runtimeListBody,
  runtimeRequest,
  type DaemonStatusBody,
  type RuntimeBody,
} from './gantry.ts';
export {
  createModelRequest,
  effectiveBody,
  modelBody,
  modelListBody,
  progressLine,
  removedBody,
  type EffectiveBody,
  type ModelBody,
  type ProgressLine,
} from './models.ts';
export { mcpStatusBody, type McpStatusBody } from './mcp.ts';
export {
  mcpAuthorizeRequest,
  mcpGrantRequest,
  mcpGrantsBody,
  mcpOAuthBody,
  mcpOAuthOpen,
  mcpPasteRequest,
  mcpPolicyBody,
  mcpRevokedBody,
  mcpSecretChecked,
  mcpSecretsBody,
  mcpSecretStored,
  mcpSetPolicyRequest,
  mcpSetSecretRequest,
  mcpTestPolicyRequest,
  mcpVerdictBody,
  type McpGrantsBody,
  type McpOAuthBody,
  type McpPolicyBody,
  type McpSecretsBody,
  type McpVerdictBody,
} from './mcp-access.ts';
export {
  mcpAnswerRequest,
  mcpCallEvents,
  mcpCallRecord,
  mcpCallRequest,
  mcpCallsBody,
  mcpChange,
  type McpCallRecord,
  type McpCallsBody,
  type McpChange,
} from './mcp-calls.ts';
export {
  mcpCatalogBody,
  mcpCatalogDone,
  mcpCatalogsBody,
  mcpCatalogServerBody,
  mcpImportCatalogRequest,
  mcpPullCatalogRequest,
  type McpCatalogBody,
  type McpCatalogDone,
  type McpCatalogEntry,
  type McpCatalogsBody,
  type McpCatalogServerBody,
} from './mcp-catalogs.ts';
export {
  mcpClientChangeBody,
  mcpClientsBody,
  mcpConnectRequest,
  mcpDisconnectRequest,
  mcpManualBody,
  type McpClientChangeBody,
  type McpClientsBody,
  type McpManualBody,
} from './mcp-clients.ts';
export type { McpProblem } from './mcp-parts.ts';
export {
  mcpChangeProfileRequest,
  mcpCreateProfileRequest,
  mcpExportedProfileBody,
  mcpImportProfileRequest,
  mcpProfileBody,
  mcpProfileReferenceRequest,
  mcpProfilesBody,
  mcpPushedProfileBody,
  mcpRemovedProfileBody,
  type McpProfileBody,
  type McpProfilesBody,
} from './mcp-profiles.ts';
export {
  mcpAddServersRequest,
  mcpConfigRequest,
  mcpImageEvent,
  mcpLogLine,
  mcpServerBody,
  mcpServersAdded,
  mcpServersBody,
  mcpSwitchToolsRequest,
  type McpImageEvent,
  type McpLogLine,
  type McpServerBody,
  type McpServerRow,
  type McpServersAdded,
  type McpServersBody,
  type McpServerState,
  type McpServerTool,
} from './mcp-servers.ts';
export {
  ollamaInstructions,
  ollamaRequests,
  type OllamaInstructions,
  type OllamaMessage,
  type OllamaRequests,
} from './ollama.ts';
export {
  changeSettingsRequest,
  settingListBody,
  type ChangeSettingsRequest,
  type SettingEntryBody,
} from './settings.ts';
export {
  packageRequest,
  pushRequest,
  repackageRequest,
  type PackageRequest,
  type RepackageRequest,
} from './publish.ts';
export { relayBody, relayRequest, type RelayBody } from './relay.ts';
export { requestsBody, type RequestsBody } from './requests.ts';
export {
  attachSignatureRequest,
  preparedSigningBody,
  prepareSigningRequest,
  signatureBody,
  verifySignatureRequest,
  type AttachSignatureRequest,
  type VerifySignatureRequest,
} from './signing.ts';
export { searchBody, type SearchBody } from './search.ts';
