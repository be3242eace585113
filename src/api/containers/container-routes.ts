import {
  applyFixRequest,
  renameContainerRequest,
  terminalInputRequest,
  terminalRequest,
  terminalSizeRequest,
  type ContainerBody,
} from '#contract';
import { AppError } from '#core';
import {
  actOnContainer,
  containerActions,
  inspectContainer,
  inspectImage,
  removeContainer,
  renameContainer,
} from '#docker';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { sendLines } from '../http/json-lines.ts';
import { matchResource, requireConfirmation, wholeNumber } from '../http/resource.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { readBool } from '../observe/read-bool.ts';
import { parseBody } from '../publish/parse-body.ts';
import type { RouteDeps } from '../route-sets.ts';
import type { DockerViews } from '../types.ts';
import { containerList } from './container-list.ts';
import { applyShownFix, diagnosisBodyOf, readDiagnosis } from './diagnosis.ts';
import { fileHandlers } from './file-routes.ts';
import { hideSecrets } from './hide-secrets.ts';
import { logLines } from './log-lines.ts';
import { createTerminals, type Terminals } from './terminals.ts';

type Deps = Pick<RouteDeps, 'views' | 'clock' | 'daemon' | 'log' | 'settings'>;

const mostLines = 100_000;
const usualLines = 1000;
const mostLogBytes = 64 * 1024 * 1024;

/** `/gantry/containers`. */
export function createContainerRoutes({ views, clock, daemon, log, settings }: Deps): RouteSet {
  const now = (): number => clock.now();
  let terminals: Terminals | undefined;
  const terminalsOf = ({ docker }: DockerViews): Terminals => (terminals ??= createTerminals({ docker, log }));
  let switchedOff = new AbortController();
  const refuseIfOff = (): void => {
    if (!settings.current().dashboard.terminal) throw terminalsOff();
  };
  const handlers = (known: DockerViews, name: string): Readonly<Record<string, Handler>> => ({
    'GET ': (exchange) => sendContainer(exchange, known, name),
    'DELETE ': async (exchange) => {
      const query = new URLSearchParams(exchange.query);
      requireConfirmation(query, name);
      await removeContainer(known.docker, name, {
        force: readBool(query, 'force'),
        volumes: readBool(query, 'volumes'),
      });
      sendEmpty(exchange, 204);
    },
    'POST rename': async (exchange) => {
      const { name: to } = parseBody(renameContainerRequest, await readBody(exchange.request));
      await renameContainer(known.docker, name, { to });
      sendEmpty(exchange, 204);
    },
    'GET logs': async (exchange) => {
      const query = new URLSearchParams(exchange.query);
      const follow = readBool(query, 'follow');
      const chunks = known.docker.containers.logs(name, {
        follow,
        tail: wholeNumber(query, 'tail', { least: 1, most: mostLines }) ?? usualLines,
        sinceSeconds: wholeNumber(query, 'since', { least: 0, most: 99_999_999_999 }),
        timestamps: true,
        signal: AbortSignal.any([exchange.gone, daemon.stopping]),
      });
      await inspectContainer(known.docker, name, { signal: exchange.gone });
      await sendLines(exchange, logLines(chunks, { limitBytes: follow ? undefined : mostLogBytes }));
    },
    ...fileHandlers(known, name),
    'POST terminal': async (exchange) => {
      const asked = parseBody(terminalRequest, await readBody(exchange.request));
      refuseIfOff();
      const signal = AbortSignal.any([exchange.gone, daemon.stopping, switchedOff.signal]);
      await sendLines(exchange, terminalsOf(known).open(name, asked, signal));
    },
    'POST terminal-input': async (exchange) => {
      const { terminal, text } = parseBody(terminalInputRequest, await readBody(exchange.request));
      refuseIfOff();
      await terminalsOf(known).type(name, terminal, text);
      sendEmpty(exchange, 204);
    },
    'POST terminal-size': async (exchange) => {
      const { terminal, ...size } = parseBody(terminalSizeRequest, await readBody(exchange.request));
      await terminalsOf(known).resize(name, terminal, size);
      sendEmpty(exchange, 204);
    },
    'GET diagnosis': async (exchange) => {
      const { diagnosis } = await readDiagnosis(known, name, { signal: exchange.gone, now });
      sendJson(exchange, 200, await diagnosisBodyOf(diagnosis));
    },
    'POST fix': async (exchange) => {
      const asked = parseBody(applyFixRequest, await readBody(exchange.request));
      sendJson(exchange, 200, await applyShownFix({ views: known, now, log }, name, asked));
    },
    ...Object.fromEntries(
      containerActions.map((action) => [
        `POST ${action}`,
        async (exchange: Exchange) => {
          await actOnContainer(known.docker, name, { action });
          sendEmpty(exchange, 204);
        },
      ]),
    ),
  });
  return {
    match(verb, path) {
      if (!views) return undefined;
      if (verb === 'GET' && path === '/gantry/containers') {
        return async (exchange) => sendJson(exchange, 200, await containerList(views, exchange.gone));
      }
      const found = matchResource(path, '/gantry/containers');
      if (!found) return undefined;
      const all = handlers(views, found.name);
      const key = `${verb} ${found.action ?? ''}`;
      return Object.hasOwn(all, key) ? all[key] : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
    followSettings() {
      if (settings.current().dashboard.terminal) return;
      switchedOff.abort(terminalsOff());
      switchedOff = new AbortController();
    },
  };
}

function terminalsOff(): AppError {
  return new AppError('request.forbidden', 'Terminals in containers are switched off.', {
    hint: 'Set dashboard.terminal, unless an administrator has locked it.',
    params: { reason: 'terminal' },
  });
}

async function sendContainer(exchange: Exchange, { docker }: DockerViews, name: string): Promise<void> {
  const signal = exchange.gone;
  const { isSecretName, runLineOf, withoutSecrets } = await import('#diagnosis');
  const inspect = await inspectContainer(docker, name, { signal });
  const imageId = inspect['Image'];
  // Its image may have been removed since.
  const image =
    typeof imageId === 'string' ? await inspectImage(docker, imageId, { signal }).catch(() => undefined) : undefined;
  const shown = readBool(new URLSearchParams(exchange.query), 'secrets')
    ? { inspect, hidden: 0 }
    : hideSecrets(inspect, { isSecretName, withoutSecrets });
  const body: ContainerBody = {
    inspect: shown.inspect,
    secretsHidden: shown.hidden,
    run: runLineOf(inspect, image),
  };
  sendJson(exchange, 200, body);
}
