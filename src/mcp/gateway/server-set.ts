import type { AppError } from '#core';
import type { EnabledServer, GatewayTool, JsonObject } from '../types.ts';
import { signatureOf, type ClientAbilities } from '../protocol/capabilities.ts';
import { createManagedServer, type ManagedServer, type ManagedServerDeps } from './managed-server.ts';
import { emptyManifest, type Manifest } from './manifest.ts';
import { fingerprintOf } from './manifest-store.ts';
import { toolFilter } from './tool-filter.ts';
import { buildView, type View, type VisibleServer } from './view.ts';

/** A server, and which of its tools may be used. */
export interface SetEntry {
  readonly managed: ManagedServer;
  readonly enabled: EnabledServer;
}

export interface SetEvents {
  /** Who is there, or what somebody offers, is not what it was. */
  changed(): void;
  failed(server: string, error: AppError): void;
  learned(server: string, manifest: Manifest): void;
  /** Servers are to be started anew where they are used next. */
  renewed?(): void;
}

export interface ServerSetOptions extends Omit<ManagedServerDeps, 'onManifest' | 'onFailure'> {
  /** Of `--tools`. */
  readonly toolPatterns: readonly string[] | undefined;
  readonly builtinTools: readonly GatewayTool[];
  readonly builtinResources: readonly JsonObject[];
  readonly reservedTools: readonly string[];
}

/** The servers that all sessions start from, and what they look like to each kind of client. */
export interface ServerSet {
  list(): readonly SetEntry[];
  /** Ends what is gone or different and keeps what is as it was. Resolves without waiting for ends. */
  replace(enabled: readonly EnabledServer[]): void;
  /** All are started anew where they are used next; calls that are under way end as they would. */
  renew(): void;
  /** A server that is not one of the set, for a session. */
  make(enabled: EnabledServer): SetEntry;
  view(abilities: ClientAbilities): View;
  /** What `entries` look like; manifests of a session's own go before those that all share. */
  viewOf(entries: readonly SetEntry[], options: ViewOfOptions): View;
  listen(events: SetEvents): () => void;
  stop(): Promise<void>;
}

export interface ViewOfOptions {
  readonly abilities: ClientAbilities;
  readonly own: ReadonlyMap<string, Manifest>;
  readonly tools: readonly GatewayTool[];
}

export function createServerSet(options: ServerSetOptions): ServerSet {
  const { pool, log, toolPatterns, builtinTools, builtinResources, reservedTools } = options;
  let entries = new Map<string, SetEntry>();
  const extra = new Set<ManagedServer>();
  const listeners = new Set<SetEvents>();
  let views = new Map<string, View>();

  function changed(): void {
    views = new Map();
    for (const listener of listeners) listener.changed();
  }

  function make(enabled: EnabledServer): SetEntry {
    const managed = createManagedServer(enabled, {
      ...options,
      onManifest(server, manifest) {
        for (const listener of listeners) listener.learned(server.name, manifest);
        changed();
      },
      onFailure(server, error) {
        log.warn('an MCP server cannot be used', { server: server.name, error });
        for (const listener of listeners) listener.failed(server.name, error);
      },
    });
    return { managed, enabled };
  }

  function end({ managed }: SetEntry): void {
    void managed.stop();
    pool.endServer(managed.name).catch((error: unknown) => log.warn('a server did not end', { error }));
  }

  function viewOf(shown: readonly SetEntry[], { abilities, own, tools }: ViewOfOptions): View {
    const visible = shown.map(({ managed, enabled }): VisibleServer => ({
      name: managed.name,
      prefix: enabled.entry.prefix,
      manifest: own.get(managed.name) ?? managed.manifest(abilities) ?? emptyManifest,
      isToolEnabled: toolFilter(enabled, toolPatterns),
    }));
    return buildView(visible, {
      builtin: { tools: tools.map(({ definition }) => definition), prompts: [], resources: builtinResources },
      reserved: reservedTools,
    });
  }

  return {
    list: () => [...entries.values()],
    replace(enabled) {
      const next = new Map<string, SetEntry>();
      for (const server of enabled) {
        const before = entries.get(server.entry.name);
        const isSame = before !== undefined && before.managed.fingerprint === fingerprintOf(server);
        next.set(server.entry.name, isSame ? { managed: before.managed, enabled: server } : make(server));
      }
      for (const [name, entry] of entries) {
        if (next.get(name)?.managed !== entry.managed) end(entry);
      }
      entries = next;
      changed();
    },
    renew() {
      pool.renew();
      for (const listener of listeners) listener.renewed?.();
    },
    make(enabled) {
      const entry = make(enabled);
      extra.add(entry.managed);
      return entry;
    },
    view(abilities) {
      const signature = signatureOf(abilities);
      let view = views.get(signature);
      if (!view) {
        view = viewOf([...entries.values()], { abilities, own: noManifests, tools: builtinTools });
        views.set(signature, view);
      }
      return view;
    },
    viewOf,
    listen(events) {
      listeners.add(events);
      return () => listeners.delete(events);
    },
    async stop() {
      listeners.clear();
      await Promise.all([...[...entries.values()].map(({ managed }) => managed), ...extra].map((one) => one.stop()));
    },
  };
}

const noManifests: ReadonlyMap<string, Manifest> = new Map();
