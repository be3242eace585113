import type { CliContext } from '../../context.ts';
import type { DaemonClient } from '../daemon-client.ts';
import { readEvents } from './read-events.ts';
import type { AssistantClient } from './types.ts';

const base = '/gantry/assistant';

/** The assistant of the daemon that commands speak to; a local daemon is started when it does not run. */
export async function openAssistant(context: Pick<CliContext, 'daemon' | 't'>): Promise<AssistantClient> {
  return createAssistantClient(await context.daemon(), context);
}

function createAssistantClient(daemon: DaemonClient, { t }: Pick<CliContext, 't'>): AssistantClient {
  const sessionPath = (id: string, rest = ''): string => `${base}/sessions/${encodeURIComponent(id)}${rest}`;
  const send = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void> => {
    await daemon.text({ method, path, body });
  };
  return {
    state: () => daemon.json({ path: base }, (contract) => contract.assistantStateBody),
    models: () => daemon.json({ path: `${base}/models` }, (contract) => contract.assistantModelListBody),
    enable: (acceptTerms) =>
      daemon.json(
        { method: 'POST', path: `${base}/enable`, body: { acceptTerms } },
        (contract) => contract.assistantStateBody,
      ),
    disable: () => daemon.json({ method: 'POST', path: `${base}/disable` }, (contract) => contract.assistantStateBody),
    acknowledge: (disclosure) =>
      daemon.json(
        { method: 'POST', path: `${base}/acknowledge`, body: { disclosure } },
        (contract) => contract.assistantStateBody,
      ),

    sessions: (query = '') =>
      daemon.json(
        { path: withQuery(`${base}/sessions`, query === '' ? {} : { query }) },
        (contract) => contract.assistantSessionListBody,
      ),
    createSession: (body) =>
      daemon.json({ method: 'POST', path: `${base}/sessions`, body }, (contract) => contract.assistantSessionBody),
    session: (id) => daemon.json({ path: sessionPath(id) }, (contract) => contract.assistantSessionBody),
    changeSession: (id, body) =>
      daemon.json({ method: 'PATCH', path: sessionPath(id), body }, (contract) => contract.assistantSessionBody),
    removeSession: (id) => send('DELETE', sessionPath(id)),
    removeSessions: () => send('DELETE', `${base}/sessions`),
    exportSession: (id, format) => daemon.text({ path: withQuery(sessionPath(id, '/export'), { format }) }),

    async *turn(id, body, { signal } = {}) {
      const path = sessionPath(id, '/turns');
      yield* readEvents(await daemon.stream({ method: 'POST', path, body }, { signal }), { path, t });
    },
    async *events(id, { after, signal } = {}) {
      const path = withQuery(sessionPath(id, '/events'), after === undefined ? {} : { after: String(after) });
      yield* readEvents(await daemon.stream({ path }, { signal }), { path, t });
    },
    answer: (id, callId, body) => send('POST', sessionPath(id, `/approvals/${encodeURIComponent(callId)}`), body),
    stop: (id) => send('POST', sessionPath(id, '/stop')),
    undo: (id) => daemon.json({ method: 'POST', path: sessionPath(id, '/undo') }, (contract) => contract.undoneBody),
    compact: (id) => send('POST', sessionPath(id, '/compact')),
    rate: (id, messageId, body) =>
      send('PUT', sessionPath(id, `/messages/${encodeURIComponent(messageId)}/feedback`), body),

    tools: () => daemon.json({ path: `${base}/tools` }, (contract) => contract.assistantToolListBody),
    changeTools: (body) =>
      daemon.json({ method: 'PATCH', path: `${base}/tools`, body }, (contract) => contract.assistantToolListBody),
    permissions: (project) =>
      daemon.json(
        { path: withQuery(`${base}/permissions`, project === undefined ? {} : { project }) },
        (contract) => contract.permissionsBody,
      ),
    setPermissions: (body) =>
      daemon.json({ method: 'PUT', path: `${base}/permissions`, body }, (contract) => contract.permissionsBody),
    files: (directory, prefix) =>
      daemon.json({ path: withQuery(`${base}/files`, { directory, prefix }) }, (contract) => contract.projectFilesBody),
  };
}

function withQuery(path: string, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(values).toString();
  return query === '' ? path : `${path}?${query}`;
}
