import { version } from '#core';
import { onProcessInterrupt } from '../create-context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CliOptions } from '../types.ts';
import { pathsOfCall, readPluginCall } from './plugin-call.ts';
import { watchPluginSocket } from './plugin-socket.ts';
import { pluginMetadata, pluginOf } from './plugins.ts';

/** What the command line is when Docker or Compose runs us as a plugin; the exit code when that is all. */
export function pluginOptions(options: CliOptions): CliOptions | number {
  const [, file = '', ...args] = options.argv;
  const plugin = pluginOf(file);
  if (!plugin) {
    // A launcher of another version; no language is loaded for what only a broken installation shows.
    options.stderr.write(
      `${file} is no plugin of this version of Gantry. Put its own in place: gantry install --force\n`,
    );
    return exitCodes.usage;
  }
  if (args[0] === 'docker-cli-plugin-metadata') {
    options.stdout.write(pluginMetadata(plugin, version));
    return exitCodes.ok;
  }
  const { argv, env, standalone } = readPluginCall(plugin, args, options.env);
  const socket = env['DOCKER_CLI_PLUGIN_SOCKET'];
  const onSignal = options.onInterrupt ?? onProcessInterrupt;
  return {
    ...options,
    argv,
    env,
    paths: pathsOfCall(options.paths, env),
    calledAs: { name: plugin.name, style: 'docker', standalone },
    onInterrupt(listener) {
      const stops = [onSignal(listener), ...(socket ? [watchPluginSocket(socket, listener, options)] : [])];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
