/** Texts of opening the web page. */
export const enDashboard = {
  'dashboard.opened': 'Your browser opens {url}',
  'dashboard.open': 'Open this address in your browser: {url}',
  'dashboard.overSsh': 'From another machine, forward the port first: ssh -L {port}:127.0.0.1:{port} {host}',
  'dashboard.noTcp': 'The daemon serves no HTTP port, so there is no address for a browser.',
  'dashboard.noTcpHint': 'Open one with: gantry settings set server.port 12434',
  'help.dashboard': 'open the web page: models, tools, containers, images and settings',
  'help.dashboard.noOpen': 'print the address and open nothing',
} as const;
