import { AppError, type Env } from '#core';

/** Where Docker Hub is asked about repositories: `GANTRY_HUB_ENDPOINT`. @throws AppError `settings.invalid` */
export function dockerHubEndpoint(env: Env): string {
  const address = env['GANTRY_HUB_ENDPOINT'] || 'https://hub.docker.com';
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return address.replace(/\/+$/, '');
  throw new AppError('settings.invalid', 'GANTRY_HUB_ENDPOINT is not the address of a Docker Hub server.', {
    hint: 'Use an address such as https://hub.docker.com.',
    params: { name: 'GANTRY_HUB_ENDPOINT' },
  });
}
