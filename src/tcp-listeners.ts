import type { RequestListener } from 'node:http';
import type { TlsMaterial } from '#access';
import type { Log } from '#core';
import type { ListenPlace } from './listen-plan.ts';
import { listenOnAddress, listenWithTls, type Listener, type TlsListener } from './listeners.ts';

export interface TcpOptions {
  readonly requestListener: RequestListener;
  readonly log: Log;
  /** Asked for when a place has TLS. */
  readonly certificate: () => Promise<TlsMaterial>;
}

/** What listens on TCP, with and without TLS. */
export interface TcpListeners {
  open(): readonly Listener[];
  /** Listens at these places and no others. @throws AppError where it cannot; then what listened before still does */
  follow(places: readonly ListenPlace[]): Promise<void>;
  /** Takes up a certificate that has changed. */
  refreshCertificate(): Promise<void>;
  /** Listeners that take nothing new, with answers under way. */
  retired(): readonly Listener[];
}

export function createTcpListeners({ requestListener, log, certificate }: TcpOptions): TcpListeners {
  let current: ReadonlyMap<string, Opened> = new Map();
  const retired = new Set<Listener>();

  async function listen(place: ListenPlace): Promise<Opened> {
    if (place.scheme === 'http') return { place, listener: await listenOnAddress(place, requestListener) };
    const listener = await listenWithTls({ ...place, material: await certificate() }, requestListener);
    return { place, listener, tls: listener };
  }

  /** Opens all or none. */
  async function listenAll(places: readonly ListenPlace[]): Promise<readonly Opened[]> {
    const opened: Opened[] = [];
    try {
      for (const place of places) opened.push(await listen(place));
      return opened;
    } catch (error) {
      await Promise.all(opened.map(({ listener }) => listener.close()));
      throw error;
    }
  }

  async function follow(places: readonly ListenPlace[]): Promise<void> {
    const wanted = new Set(places.map(nameOf));
    const fresh = places.filter((place) => !current.has(nameOf(place)));
    const leaving = [...current.values()].filter(({ place }) => !wanted.has(nameOf(place)));
    if (fresh.length === 0 && leaving.length === 0) return;
    // All addresses and one of them cannot be listened on together at one port.
    const inTheWay = leaving.filter(({ place }) => fresh.some((other) => other.port === place.port));
    for (const { listener } of inTheWay) retire(listener);
    let opened: readonly Opened[];
    try {
      opened = await listenAll(fresh);
    } catch (error) {
      const again = await listenAll(inTheWay.map(({ place }) => place));
      current = new Map([...current, ...again.map(named)]);
      throw error;
    }
    for (const { listener } of leaving) retire(listener);
    const staying = [...current].filter(([name]) => wanted.has(name));
    const before = [...current.values()].map(({ listener }) => listener.address);
    current = new Map([...staying, ...opened.map(named)]);
    const now = [...current.values()].map(({ listener }) => listener.address);
    if (before.length > 0) log.info('listens elsewhere', { before: before.join(' '), now: now.join(' ') });
  }

  function retire(listener: Listener): void {
    // Answers under way go on to their end.
    listener.stopAccepting();
    retired.add(listener);
  }

  return {
    open: () => [...current.values()].map(({ listener }) => listener),
    follow,
    async refreshCertificate() {
      const secure = [...current.values()].flatMap(({ tls }) => tls ?? []);
      if (secure.length === 0) return;
      const material = await certificate();
      for (const listener of secure) listener.useCertificate(material);
    },
    retired: () => [...retired],
  };
}

interface Opened {
  readonly place: ListenPlace;
  readonly listener: Listener;
  readonly tls?: TlsListener;
}

function nameOf({ scheme, host, port }: ListenPlace): string {
  return `${scheme} ${host} ${port}`;
}

function named(opened: Opened): readonly [string, Opened] {
  return [nameOf(opened.place), opened];
}
