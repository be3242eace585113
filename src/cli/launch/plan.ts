import type { App, ContainerApp, Endpoint } from './apps.ts';

export interface LaunchChoices {
  readonly port?: number | undefined;
  readonly image?: string | undefined;
  readonly detach?: boolean | undefined;
  readonly args: readonly string[];
}

/** A program with its arguments and what is added to its environment. */
export interface LaunchPlan {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function planLaunch(app: App, endpoint: Endpoint, choices: LaunchChoices): LaunchPlan {
  if (app.kind === 'container') return planContainer(app, endpoint, choices);
  const { model } = endpoint;
  const args = [...(model === undefined ? [] : app.modelArgs(model)), ...choices.args];
  return { program: app.program, args, env: app.env(endpoint) };
}

/** The page is open to this machine alone: some of these apps ask for no password. */
function planContainer(
  app: ContainerApp,
  { base, model }: Endpoint,
  { port = app.port, image = app.image, detach, args }: LaunchChoices,
): LaunchPlan {
  const env = app.env({ base: fromContainer(base), model });
  return {
    program: 'docker',
    args: [
      'run',
      '--rm',
      ...(detach ? ['-d'] : []),
      '-p',
      `127.0.0.1:${port}:${app.containerPort}`,
      '--add-host',
      'host.docker.internal:host-gateway',
      ...app.volumes.flatMap((volume) => ['-v', volume]),
      ...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      image,
      ...args,
    ],
    env: {},
  };
}

function fromContainer(base: string): string {
  return base.replace(/^(https?:\/\/)(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?=[:/]|$)/, '$1host.docker.internal');
}

/** As it would be typed into a shell. */
export function commandText({ program, args, env }: LaunchPlan): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...variables, program, ...args.map(quoted)].join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
