export { gatewayCommand, type GatewayProgram, type StdioCommand } from './clients/gateway-command.ts';
export type * from './types.ts';
export { createRemoteTransport, type RemoteTransportDeps } from './remote/remote-transport.ts';
export { fetchThrough } from './remote/fetch-through.ts';
export { createAuthorization, type AuthorizationDeps } from './remote/oauth/authorization.ts';
export { authorize, type AuthorizeOptions } from './remote/oauth/authorize.ts';
export { revoke, type Revocation } from './remote/oauth/revoke.ts';
export { createOAuthVault, type OAuthVault, type SecretVault } from './remote/oauth/vault.ts';
