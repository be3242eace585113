/** Texts of `gantry mcp client`. */
export const enMcpClient = {
  'help.mcp.client.manual': 'show the command that starts the gateway, for clients that are not in the list',
  'help.mcp.client.profile': 'the profile whose servers the client gets',
} as const;
