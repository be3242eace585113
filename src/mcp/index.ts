export { gatewayCommand, type GatewayProgram, type StdioCommand } from './clients/gateway-command.ts';
export type * from './types.ts';
