import { stringify } from 'yaml';
import type { Recipe } from './types.ts';

/** `docker run` as a list of words. Secrets are taken from the environment of the shell. */
export function runArgv(recipe: Recipe): readonly string[] {
  const argv = ['docker', 'run', recipe.interactive ? '-it' : '-d', '--name', recipe.name];
  if (recipe.restart !== 'no') argv.push('--restart', recipe.restart);
  if (recipe.memory) argv.push('--memory', recipe.memory);
  if (recipe.shmSize) argv.push('--shm-size', recipe.shmSize);
  for (const name of recipe.capAdd) argv.push('--cap-add', name);
  for (const [name, value] of Object.entries(recipe.env)) argv.push('-e', `${name}=${value}`);
  for (const name of recipe.secrets) argv.push('-e', name);
  for (const { address, host, container, protocol } of recipe.ports) {
    argv.push('-p', `${address}:${host}:${container}${protocol === 'tcp' ? '' : `/${protocol}`}`);
  }
  for (const { name, target } of recipe.volumes) argv.push('-v', `${name}:${target}`);
  if (recipe.health)
    argv.push('--health-cmd', recipe.health, '--health-interval', '10s', '--health-start-period', '30s');
  return [...argv, recipe.image, ...recipe.command];
}

/** The same as a compose file; secrets come from `.env`. */
export function composeText(recipe: Recipe): string {
  const environment = {
    ...recipe.env,
    ...Object.fromEntries(recipe.secrets.map((name) => [name, `\${${name}:?}`])),
  };
  const service = {
    image: recipe.image,
    container_name: recipe.name,
    ...(recipe.command.length > 0 ? { command: recipe.command } : {}),
    ...(recipe.restart === 'no' ? {} : { restart: recipe.restart }),
    ...(recipe.interactive ? { stdin_open: true, tty: true } : {}),
    ...(recipe.memory ? { mem_limit: recipe.memory } : {}),
    ...(recipe.shmSize ? { shm_size: recipe.shmSize } : {}),
    ...(recipe.capAdd.length > 0 ? { cap_add: recipe.capAdd } : {}),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...(recipe.ports.length > 0
      ? {
          ports: recipe.ports.map(
            ({ address, host, container, protocol }) =>
              `${address}:${host}:${container}${protocol === 'tcp' ? '' : `/${protocol}`}`,
          ),
        }
      : {}),
    ...(recipe.volumes.length > 0 ? { volumes: recipe.volumes.map(({ name, target }) => `${name}:${target}`) } : {}),
    ...(recipe.health
      ? // A dollar sign is Compose's own, unless there are two.
        {
          healthcheck: {
            test: ['CMD-SHELL', recipe.health.replaceAll('$', '$$$$')],
            interval: '10s',
            start_period: '30s',
          },
        }
      : {}),
  };
  // Named as they are, so that command line and file use the same volumes.
  const volumes = Object.fromEntries(recipe.volumes.map(({ name }) => [name, { name }]));
  return stringify({ services: { [recipe.name]: service }, ...(recipe.volumes.length > 0 ? { volumes } : {}) });
}

const second = 1_000_000_000;

/** What `POST /containers/create` takes, with the values of the secrets. */
export function createBody(recipe: Recipe, values: Readonly<Record<string, string>>): unknown {
  const env = { ...recipe.env, ...values };
  const bindings = recipe.ports.map(
    ({ container, protocol, host, address }) =>
      [`${container}/${protocol}`, [{ HostIp: address, HostPort: String(host) }]] as const,
  );
  return {
    Image: recipe.image,
    ...(recipe.command.length > 0 ? { Cmd: recipe.command } : {}),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: Object.fromEntries(bindings.map(([port]) => [port, {}])),
    Labels: { 'gantry.recipe': recipe.image },
    ...(recipe.health
      ? { Healthcheck: { Test: ['CMD-SHELL', recipe.health], Interval: 10 * second, StartPeriod: 30 * second } }
      : {}),
    HostConfig: {
      PortBindings: Object.fromEntries(bindings),
      Binds: recipe.volumes.map(({ name, target }) => `${name}:${target}`),
      RestartPolicy: { Name: recipe.restart },
      ...(recipe.memory ? { Memory: bytesOf(recipe.memory) } : {}),
      ...(recipe.shmSize ? { ShmSize: bytesOf(recipe.shmSize) } : {}),
      ...(recipe.capAdd.length > 0 ? { CapAdd: recipe.capAdd } : {}),
    },
  };
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Docker's spelling of sizes: `512m`; NaN for anything else. */
export function bytesOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(text);
  return match ? Math.floor(Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? Number.NaN)) : Number.NaN;
}
