/** Texts of `gantry mcp status` and `gantry mcp logs`. */
export const enMcpStatus = {
  'mcp.status.none': 'No server is enabled, and no calls are on record. To enable one: gantry mcp server enable NAME',
  'mcp.status.noGateway':
    'No gateway of the daemon is running: it starts when a client asks for it. This is what the calls on record say.',
  'mcp.status.column.profile': 'PROFILE',
  'mcp.status.column.state': 'STATE',
  'mcp.status.column.tools': 'TOOLS',
  'mcp.status.column.failed': 'FAILED',
  'mcp.status.column.mean': 'ON AVERAGE',
  'mcp.status.column.last': 'LAST CALL',
  'mcp.status.state.unknown': 'not asked yet',
  'mcp.status.state.starting': 'starting',
  'mcp.status.state.known': 'ready',
  'mcp.status.state.failed': 'failed',
  'mcp.status.state.enabled': 'enabled',
  'mcp.status.state.not_enabled': 'not enabled',
  'mcp.logs.none': 'This server has printed nothing since the daemon started its gateway.',
  'help.mcp.logs': 'show what a server prints',
  'help.mcp.logs.server': 'name of a server of the profile',
  'help.mcp.logs.follow': 'go on with what it prints from now on, until Ctrl-C',
  'help.mcp.status': 'show how the servers are: state, calls, latency and the last error',
  'help.mcp.status.profile': 'of this profile alone',
};
