import { AppError, toAppError, type Clock } from '#core';
import type { Cancel } from '#docker';
import type {
  ContainerLaunch,
  EnabledServer,
  JsonObject,
  OpenOptions,
  RemoteLaunch,
  SecretResolver,
  ServerConnection,
  ServerLauncher,
  ServerTransport,
} from '../../types.ts';
import { planLaunch, secretsOf, type LaunchContext } from '../../launch/plan-launch.ts';
import { connectTools } from './tool-connection.ts';

export interface LauncherOptions {
  readonly containers: {
    readonly transport: ServerTransport<ContainerLaunch>;
    runTool(
      plan: ContainerLaunch,
      options: Cancel & { readonly session?: string | undefined; readonly log: (line: string) => void },
    ): Promise<JsonObject>;
  };
  readonly remote: ServerTransport<RemoteLaunch>;
  readonly secrets: SecretResolver;
  /** Grants and options as they are at that moment; the names of secrets are asked for here. */
  readonly context: () => Omit<LaunchContext, 'secrets'>;
  /** The digest of an image that is on the Engine. */
  readonly imageDigest: (image: string, options: Cancel) => Promise<string | undefined>;
  /** Servers that run beside the gateway already: `--static`. Instead of starting containers. */
  readonly clock: Clock;
  readonly connectStatic?: ((server: string, options: OpenOptions) => Promise<ServerConnection>) | undefined;
}

/** From an entry to a running server: decides what would run, then lets the transport for that kind start it. */
export function createLauncher(options: LauncherOptions): ServerLauncher {
  const { containers, remote, secrets, imageDigest, connectStatic } = options;

  async function contextFor({ entry }: EnabledServer, { signal }: Cancel): Promise<LaunchContext> {
    return { ...options.context(), secrets: await secrets.has(secretsOf(entry), { signal }) };
  }

  return {
    async identify({ entry }, cancel) {
      if (entry.type === 'remote' || connectStatic) return undefined;
      if (entry.image !== undefined) return await imageDigest(entry.image, cancel);
      const images = entry.tools.flatMap(({ container }) => (container ? [container.image] : []));
      return (await Promise.all(images.map((image) => imageDigest(image, cancel)))).join(' ');
    },
    async open(enabled, open) {
      const { entry } = enabled;
      if (connectStatic && entry.type === 'server') return await connectStatic(entry.name, open);
      const context = await contextFor(enabled, open);
      if (entry.type === 'poci') {
        const { events, session } = open;
        const run: LauncherOptions['containers']['runTool'] = (plan, how) => containers.runTool(plan, how);
        return connectTools(entry, { context, events, session, run, clock: options.clock });
      }
      const decision = planLaunch(enabled, context);
      if (decision.kind === 'refused') throw refused(entry.name, decision.problems);
      for (const note of decision.notes) open.events.log(note);
      const { plan } = decision;
      return plan.kind === 'remote' ? await remote.open(plan, open) : await containers.transport.open(plan, open);
    },
  };
}

/** All that keeps it from starting, in one error: the first names the kind, each says what to do. */
function refused(server: string, problems: readonly AppError[]): AppError {
  const [first, ...rest] = problems;
  if (!first) return toAppError(new Error(`${server} cannot be started`));
  if (rest.length === 0) return first;
  const text = problems.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`)).join(' ');
  return new AppError(first.code, text, { params: { ...first.params, server }, cause: first });
}
