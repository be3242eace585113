/** Texts of the commands around models: measuring, searching, the gateway, programs that use models. */
export const enTools = {
  'gateway.serving': 'The gateway serves {n} models at {url}. Ctrl-C stops it.',
  'gateway.unused': '{name} has no effect in this gateway.',
  'gateway.failed': '{alias}: {upstream} failed ({reason}).',
  'gateway.answered': '{alias}: {upstream} answered {status}.',
  'gateway.cannotListen': 'The gateway cannot listen at {address}: {reason}.',
  'gateway.needsKey': 'Without a master_key the gateway serves this machine only; {host} would open it to the network.',
  'gateway.needsKeyHint': 'Set general_settings.master_key in the file, or use --host 127.0.0.1.',
  'help.gateway': 'serve several models and providers behind one OpenAI API',
  'help.gateway.config': 'configuration (YAML)',
  'help.gateway.host': 'address to listen on',
  'help.gateway.port': 'port to listen on; 0 chooses one',
  'help.gateway.verbose': 'say which upstream answered each request',
} as const satisfies Record<string, string>;
