export { createMessageDecoder, type DecoderOptions, type MessageDecoder } from './protocol/message-decoder.ts';
export { createPeer, type Peer } from './protocol/peer.ts';
export { createGateway, type Gateway, type GatewayEvents, type GatewayOptions } from './gateway/gateway.ts';
export { connectInside, insideAbilities, type InsideCallOptions, type InsideClient } from './gateway/inside-client.ts';
export type { Manifest } from './gateway/manifest.ts';
export type { GatewayStatus, ServerStatus } from './gateway/status.ts';
export { createLauncher, type LauncherOptions } from './gateway/launching/launcher.ts';
export { connectStatic } from './gateway/launching/static-connection.ts';
export { readContent } from './catalog/reading/read-content.ts';
export { createFileSource, type Described, type FileSourceOptions } from './gateway/sources/file-source.ts';
export type { ConnectionPool } from './gateway/connection-pool.ts';
export { createDirectPool } from './gateway/direct-pool.ts';
export { createPooledConnections } from './gateway/pooled-connections.ts';
export { createManifestStore, fingerprintOf, type ManifestStore } from './gateway/manifest-store.ts';
export type { Upstream } from './gateway/upstream.ts';
export { prefixedSource } from './gateway/sources/prefixed-source.ts';
export { serveStdio } from './gateway/transports/stdio.ts';
export { createSseHttp, type SseHttp } from './gateway/transports/sse-http.ts';
export { createStreamableHttp, type StreamableHttp } from './gateway/transports/streamable-http.ts';
export { startHttpServer, type GatewayHttpServer } from './gateway/transports/http-server.ts';
export { randomToken } from './gateway/transports/http-access.ts';
export { createClients, type Change, type Clients, type Wanted } from './clients/clients.ts';
export type { ClientState, Scope } from './clients/client-state.ts';
export type { ServerSummary } from './clients/entries.ts';
export { createFeatures, featureNames, type FeatureName } from './features/features.ts';
export type { ClientPlatform } from './clients/paths.ts';
export { gatewayCommand, type GatewayProgram, type StdioCommand } from './clients/gateway-command.ts';
export { planLaunch, secretsOf, type LaunchContext } from './launch/plan-launch.ts';
export { launchProblems } from './launch/launch-problems.ts';
export { planTool, type ToolDecision } from './launch/plan-tool.ts';
export type { ServerImages } from './containers/images.ts';
export type { NameLookup } from './egress/start-proxy.ts';
export { createContainers, type ContainersOptions, type McpContainers } from './containers/create-containers.ts';
export { createPool, type PoolOptions } from './pool/create-pool.ts';
export type * from './types.ts';
export type * from './catalog/types.ts';
export { createCatalogs, type CatalogsDeps } from './catalog/create-catalogs.ts';
export { createReadmes, type FetchReadme } from './catalog/sources/readme.ts';
export { catalogAsJson, catalogAsLegacy, filedAsJson } from './catalog/export.ts';
export { explainCatalog, explainEntry, type ExplainedServer } from './catalog/explain/explain-catalog.ts';
export type { MachineFacts } from './catalog/explain/missing.ts';
export { explainServer, type Explained, type PlannedRun } from './catalog/explain/explain-server.ts';
export {
  catalogNameFor,
  findServersByName,
  foundServer,
  isServerUri,
  type FoundByName,
} from './catalog/find-servers.ts';
export { searchServers } from './catalog/search.ts';
export { createImageCheck, type ImageCheckDeps } from './signatures/check-images.ts';
export { dockerRule, type ImageRule } from './signatures/rules.ts';
export { createVerified } from './signatures/verified.ts';
export { serverFiles, serverNameFrom, serverTemplates } from './scaffold/server-files.ts';
export { findHostPython } from './starter/host-python.ts';
export { createStarterImages, starterCatalog } from './starter/create-starter.ts';
export type { McpToolkit } from './toolkit.ts';
export { createRemoteTransport, type RemoteTransportDeps } from './remote/remote-transport.ts';
export { fetchThrough } from './remote/fetch-through.ts';
export {
  createOAuth,
  remoteUrlRules,
  type OAuth,
  type OAuthDeps,
  type OAuthStatus,
  type RemotePlace,
} from './remote/oauth/oauth.ts';
export { serveSandbox, type SandboxStreams } from './code-mode/serve-sandbox.ts';
export { runScript, type RunScriptOptions, type SandboxProcess } from './code-mode/run-script.ts';
export { declareFunctions, functionNames, type ScriptTool } from './code-mode/describe-functions.ts';
export type { ScriptOutcome } from './code-mode/sandbox.ts';
export type { ScriptLimits } from './code-mode/protocol.ts';
export { createProfiles, defaultProfile, emptyProfile, type ProfileList, type Profiles } from './profiles/store.ts';
export {
  createProfileSource,
  enabledServer,
  enabledServers,
  type ProfileSourceOptions,
} from './profiles/profile-source.ts';
export {
  addServers,
  diffServers,
  isEnabled,
  removeServers,
  serverOf,
  switchTools,
  type ServerDiff,
  type ToolChanges,
} from './profiles/change-profile.ts';
export {
  configEntries,
  configProblems,
  configure,
  configValue,
  setConfig,
  type ConfigChanges,
  type ConfigEntry,
} from './profiles/configure.ts';
export { profileId, toWire as profileToWire } from './profiles/profile-file.ts';
export { createProfileArtifacts, type ProfileArtifacts } from './profiles/profile-artifacts.ts';
export { readProfile } from './profiles/read-profile.ts';
export { readDockerState, type DockerCatalog, type DockerState } from './profiles/docker-state.ts';
export { takeOverDockerState, type TakenOver } from './profiles/take-over.ts';
export { profileTemplates, templateCatalog, templateOf, type ProfileTemplate } from './profiles/templates.ts';
export type { FoundServer, Profile, ProfileServer, ReadServer } from './profiles/types.ts';
export { createCallSteps, type CallStepsOptions } from './guards/call-steps.ts';
export {
  createCallLog,
  findCall,
  followCalls,
  readCalls,
  type CallLog,
  type CallLogOptions,
} from './guards/call-log.ts';
export type { CallRecord, CallRecording } from './guards/call-record.ts';
export { parseInterceptor, type InterceptorSpec } from './guards/interceptor-spec.ts';
export { createKnownSecrets, type KnownSecrets } from './guards/known-secrets.ts';
export { openGrants, type GrantsOptions, type GrantStore, type GrantWish } from './grants/grants.ts';
export { compilePolicy, type CompiledPolicy, type PolicyRequest, type Verdict } from './policy/evaluate.ts';
export {
  openPolicyFile,
  parsePolicy,
  readPolicy,
  readPolicyText,
  writePolicy,
  type PolicyInForce,
} from './policy/policy-file.ts';
export type { Policy, PolicyLimit, PolicyRule } from './policy/schema.ts';
export { createPolicyStep, type PolicyStepOptions } from './guards/policy-step.ts';
export { createDirectory } from './dynamic/directory.ts';
export { createSessionProfiles } from './dynamic/session-profiles.ts';
export { dynamicToolNames, dynamicTools } from './dynamic/dynamic-tools.ts';
export type { DynamicToolsOptions, KnownServer, ServerDirectory, SessionProfiles } from './dynamic/types.ts';
export { createHomeSecrets, type HomeSecretsOptions } from './secrets/home-secrets.ts';
export { secretName, secretOfReference, variableOf as secretVariable } from './secrets/names.ts';
export { createKeychain } from './secrets/keychain.ts';
export { createEncryptedFile } from './secrets/encrypted-file.ts';
export { createSecretPlaces } from './secrets/places.ts';
export { parseSecretsOption, readSecretFiles, type SecretFile, type SecretsPart } from './secrets/secret-files.ts';
export {
  createSecretResolver,
  createSecrets,
  createVault,
  type ResolverOptions,
  type Secrets,
  type SecretsOptions,
  type SecretStored,
} from './secrets/secrets.ts';
export type { SecretEntry, SecretPlace, SecretStore } from './secrets/types.ts';
export { watchFolder } from './state/watch-folder.ts';
export { runProgram, type ProgramOutcome, type ProgramRun, type RunProgram } from './state/run-program.ts';
export { readServer } from './catalog/reading/read-server.ts';
export { readinessOf, type Readiness, type ServerReadiness } from './profiles/readiness.ts';
export { configOfAll, replaceConfig } from './profiles/replace-config.ts';
export { serverWithTool } from './profiles/find-tool.ts';
export { backupOf, readBackup, type Backup } from './profiles/backup.ts';
export { profileContent } from './profiles/profile-content.ts';
