import { dirname } from 'node:path';
import {
  firstMissingFolder,
  readConfigFile,
  removeEmptyFolders,
  writeConfigFile,
  type ConfigFile,
} from './config-file.ts';
import { globalPath, projectRoot, stateOf, type ClientsDeps, type ClientState, type Scope } from './client-state.ts';
import {
  configError,
  globalOnly,
  noHttp,
  noProject,
  nothingToUndo,
  noTokenVariable,
  unknownClient,
  withFile,
} from './client-errors.ts';
import type { Connection } from './entries.ts';
import type { StdioCommand } from './gateway-command.ts';
import { createHistory, digestOf, type ChangeRecord } from './history.ts';
import { clientEnvironment, projectPath } from './paths.ts';
import { connectedText, diffOf, disconnectedText, gatewayEntries } from './plan.ts';
import { clientIds, clients, isClientId, type ClientId, type ClientSpec } from './table.ts';
import type { JsonObject } from '../types.ts';

export interface Change {
  readonly client: ClientId;
  readonly title: string;
  readonly file: string;
  readonly isChanged: boolean;
  /** Of the file as it was; of nothing where there was none. */
  readonly digest: string;
  /** As `diff -u`; empty when nothing changes. */
  readonly diff: string;
  /** Where what was there before is kept. */
  readonly backup: string | undefined;
}

export type Wanted =
  | { readonly kind: 'stdio'; readonly command: StdioCommand; readonly profile: string | undefined }
  | { readonly kind: 'http'; readonly url: string; readonly tokenEnv: string | undefined };

export interface ChangeOptions {
  readonly scope: Scope;
  /** Only says what would change. */
  readonly dryRun?: boolean | undefined;
  /** The `digest` of the file that somebody saw: another one is left as it is. */
  readonly expects?: string | undefined;
}

export interface Clients {
  list(scope: Scope): Promise<{ readonly root: string | undefined; readonly states: readonly ClientState[] }>;
  connect(client: string, wanted: Wanted, options: ChangeOptions): Promise<Change>;
  disconnect(client: string, options: ChangeOptions): Promise<Change>;
  /** Puts back what was in the file before our last change to it. */
  undo(client: string, options: ChangeOptions): Promise<Change>;
}

interface Place {
  readonly id: ClientId;
  readonly spec: ClientSpec;
  readonly file: ConfigFile;
}

export function createClients(deps: ClientsDeps): Clients {
  const history = createHistory(deps.stateFolder, deps);

  const place = async (client: string, { scope, expects }: ChangeOptions): Promise<Place> => {
    const found = await find(client, scope);
    if (expects !== undefined && expects !== digestOf(found.file.text ?? '')) {
      throw configError(found.file.path, {
        reason: 'changed',
        because: 'it was changed by another program meanwhile',
      });
    }
    return found;
  };

  const find = async (client: string, scope: Scope): Promise<Place> => {
    if (!isClientId(client)) throw unknownClient(client);
    const spec: ClientSpec = clients[client];
    if (scope === 'global') return { id: client, spec, file: await readConfigFile(await globalPath(spec, deps)) };
    if (!spec.project) throw globalOnly(client);
    const root = await projectRoot(deps.cwd);
    if (root === undefined) throw noProject(deps.cwd);
    return { id: client, spec, file: await readConfigFile(projectPath(spec.project.file, root, deps.platform)) };
  };

  const apply = async (
    { id, spec, file }: Place,
    after: string | undefined,
    { action, dryRun }: { action: ChangeRecord['action']; dryRun: boolean | undefined },
  ): Promise<Change> => {
    const isChanged = after !== file.text;
    const diff = diffOf(file.path, { before: file.text, after });
    const digest = digestOf(file.text ?? '');
    const change = { client: id, title: spec.title, file: file.path, isChanged, digest, diff };
    if (!isChanged || dryRun === true) return { ...change, backup: undefined };
    const madeFolder = after === undefined ? undefined : await firstMissingFolder(file.target);
    const backup = await history.add({
      at: new Date(deps.now()).toISOString(),
      action,
      client: id,
      target: file.target,
      before: file.text,
      after,
      ...(madeFolder === undefined ? {} : { madeFolder }),
    });
    await writeConfigFile(file, after);
    return { ...change, backup };
  };

  return {
    async list(scope) {
      const root = scope === 'project' ? await projectRoot(deps.cwd) : undefined;
      if (scope === 'project' && root === undefined) throw noProject(deps.cwd);
      const shown = clientIds.filter((id) => scope === 'global' || 'project' in clients[id]);
      const states = await Promise.all(shown.map(async (id) => await stateOf(id, { scope, root, deps })));
      return { root, states };
    },
    async connect(client, wanted, options) {
      const { scope, dryRun } = options;
      const at = await place(client, options);
      const { spec, file, id } = at;
      const value = entryFor(id, spec, { wanted, scope, deps });
      const after = withFile(file.path, () => connectedText(file.text, spec, value));
      return await apply(at, after, { action: 'connect', dryRun });
    },
    async disconnect(client, options) {
      const { dryRun } = options;
      const at = await place(client, options);
      const { spec, file } = at;
      const { text } = file;
      if (text === undefined || withFile(file.path, () => gatewayEntries(text, spec)).length === 0) {
        return await apply(at, text, { action: 'disconnect', dryRun });
      }
      const records = await history.of(file.target);
      const past = await history.texts(records);
      const after = withFile(file.path, () => disconnectedText(text, spec, past));
      const change = await apply(at, after, { action: 'disconnect', dryRun });
      if (after === undefined && dryRun !== true) await removeMadeFolders(records, file);
      return change;
    },
    async undo(client, options) {
      const { dryRun } = options;
      const at = await place(client, options);
      const { file, id } = at;
      const records = await history.of(file.target);
      const last = records.at(-1);
      if (!last) throw nothingToUndo(id, file.path);
      const before = await history.before(last);
      if (last.existed && before === undefined) throw nothingToUndo(id, file.path);
      const now = file.text === undefined ? undefined : digestOf(file.text);
      if (now !== last.after) {
        throw configError(file.path, {
          reason: 'edited_since',
          because: 'it was edited since, so that going back would lose that',
        });
      }
      if (dryRun === true) return await apply(at, before, { action: 'undo', dryRun });
      const isChanged = before !== file.text;
      await writeConfigFile(file, before);
      if (before === undefined) await removeMadeFolders([last], file);
      await history.drop(last);
      const diff = diffOf(file.path, { before: file.text, after: before });
      const digest = digestOf(file.text ?? '');
      return { client: id, title: at.spec.title, file: file.path, isChanged, digest, diff, backup: undefined };
    },
  };
}

function entryFor(
  id: ClientId,
  spec: ClientSpec,
  { wanted, scope, deps }: { wanted: Wanted; scope: Scope; deps: ClientsDeps },
): JsonObject {
  if (wanted.kind === 'http') {
    if (!spec.http) throw noHttp(id);
    if (wanted.tokenEnv !== undefined && !spec.variable) throw noTokenVariable(id);
    return spec.http(wanted);
  }
  const connection: Connection = { kind: 'stdio', command: wanted.command, env: clientEnvironment(deps) };
  const forProject = scope === 'project' ? spec.project?.stdio : undefined;
  return forProject ? forProject(connection) : spec.stdio(connection, deps.platform, wanted.profile);
}

async function removeMadeFolders(records: readonly ChangeRecord[], { target }: ConfigFile): Promise<void> {
  const made = records.find(({ madeFolder }) => madeFolder !== undefined)?.madeFolder;
  if (made !== undefined) await removeEmptyFolders(dirname(target), made);
}
