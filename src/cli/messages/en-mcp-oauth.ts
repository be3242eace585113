/** Texts of `gantry mcp oauth`. */
export const enMcpOAuth = {
  'help.mcp.oauth.ls': 'list the remote servers and whether you are signed in at them',
  'help.mcp.oauth.authorize': 'sign in at a remote server with your browser',
  'help.mcp.oauth.revoke': 'sign out: revoke the tokens at the authorization server and remove them here',
  'help.mcp.oauth.server': 'name of the server',
  'help.mcp.oauth.scopes': 'scopes to ask for besides those of the catalogue, separated by spaces',
  'help.mcp.oauth.openBrowser': 'open the address in a browser',
  'help.mcp.oauth.noBrowser': 'only print the address',
  'help.mcp.oauth.client': 'keep clients that you registered by hand, for servers that register none by themselves',
  'help.mcp.oauth.client.set': 'keep the client of a server',
  'help.mcp.oauth.client.ls': 'list the clients, without their secrets',
  'help.mcp.oauth.client.rm': 'remove the client of a server, and its secret',
  'help.mcp.oauth.clientId': 'id of the client, as the authorization server gave it',
  'help.mcp.oauth.clientSecret': 'read the secret of the client from standard input',
  'help.mcp.oauth.redirectUrl':
    'address on this machine that the client was registered with: http://127.0.0.1:PORT/callback',

  'mcp.oauth.none': 'No remote server is known. Add one with: gantry mcp server enable NAME',
  'mcp.oauth.address': 'ADDRESS',
  'mcp.oauth.authorized': 'authorized',
  'mcp.oauth.notAuthorized': 'not authorized',
  'mcp.oauth.opened': 'Your browser opens. If it does not, open this address:',
  'mcp.oauth.open': 'Open this address in your browser:',
  'mcp.oauth.paste':
    'If the browser is on another machine, it ends at a page that cannot be opened: paste the address of that page here.',
  'mcp.oauth.done': 'Signed in at {server}.',
  'mcp.oauth.revoked': 'Signed out at {server}; its tokens are revoked.',
  'mcp.oauth.forgotten':
    'The tokens of {server} are removed here; its authorization server could not be told, so they hold until they run out.',
  'mcp.oauth.pageDone': 'You are signed in. This page can be closed.',
  'mcp.oauth.pageFailed': 'Signing in failed. See the terminal; this page can be closed.',
  'mcp.oauth.redirectHere': '--redirect-url takes http://127.0.0.1:PORT/callback.',
  'mcp.oauth.noSecret': 'Standard input holds no secret.',
  'mcp.oauth.client.id': 'CLIENT ID',
  'mcp.oauth.client.redirect': 'REDIRECT URL',
  'mcp.oauth.client.kept': 'The client of {server} is kept. Sign in with: gantry mcp oauth authorize {server}',
  'mcp.oauth.client.removed': 'The client of {server} is removed.',
} as const satisfies Record<string, string>;
