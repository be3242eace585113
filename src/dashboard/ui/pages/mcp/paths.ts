/** Routes of the daemon, and the pages of this one. */
export const root = '/gantry/mcp';

export const paths = {
  catalogs: `${root}/catalogs`,
  catalog: (ref: string): string => `${root}/catalog?ref=${encodeURIComponent(ref)}`,
  catalogServer: (ref: string, name: string): string =>
    `${root}/catalog/server?ref=${encodeURIComponent(ref)}&name=${encodeURIComponent(name)}`,
  profiles: `${root}/profiles`,
  profile: (id: string): string => `${root}/profiles/${encodeURIComponent(id)}`,
  servers: (profile: string): string => `${root}/profiles/${encodeURIComponent(profile)}/servers`,
  server: (profile: string, name: string): string =>
    `${root}/profiles/${encodeURIComponent(profile)}/servers/${encodeURIComponent(name)}`,
  secrets: `${root}/secrets`,
  secret: (name: string): string => `${root}/secrets/${encodeURIComponent(name)}`,
  oauth: `${root}/oauth`,
  signIn: (server: string): string => `${root}/oauth/${encodeURIComponent(server)}`,
  grants: `${root}/grants`,
  policy: `${root}/policy`,
  clients: `${root}/clients`,
  client: (id: string, verb: string): string => `${root}/clients/${encodeURIComponent(id)}/${verb}`,
  calls: `${root}/calls`,
  call: (id: string): string => `${root}/calls/${encodeURIComponent(id)}`,
  events: `${root}/events`,
} as const;

/** What has to be asked again when something changed. */
export const concerned: Readonly<Record<string, readonly string[]>> = {
  profiles: [paths.profiles],
  servers: [paths.profiles],
  catalogs: [paths.catalogs, `${root}/catalog`],
  secrets: [paths.secrets, paths.profiles, paths.oauth],
  grants: [paths.grants, paths.profiles],
  policy: [paths.policy],
  clients: [paths.clients, paths.profiles],
};
