import { appliedDockerfileBody, ratedDockerfileBody, type RatedDockerfileBody } from '#contract';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useAction, useApi, useEnvironment, useToasts } from '../../kit/index.ts';
import { createDrafts } from './drafts.ts';
import { placeBody, type Place } from './place.ts';
import { useText } from './text.ts';
import { useDisk } from './use-disk.ts';
import type { Written } from './written-notice.tsx';

/** What is to be written, as it was shown. */
export interface WriteFiles {
  readonly text: string;
  /** Of the file that it is written over. */
  readonly digest: string | null;
  readonly ignoreFile?: { readonly digest: string | null; readonly text: string } | undefined;
}

/** What is known to be in the file. */
interface Base {
  readonly text: string;
  readonly digest: string | undefined;
}

export interface OpenDocument {
  readonly text: string;
  readonly rated: RatedDockerfileBody | undefined;
  /** The text in the editor is not what is in the file. */
  readonly isEdited: boolean;
  /** The edited text of an earlier visit came back. */
  readonly isRestored: boolean;
  /** The file is another by now, and the text in the editor would be lost by reading it; null: it is gone. */
  readonly other: string | null | undefined;
  readonly isWriting: boolean;
  readonly loadError: unknown;
  /** What was written last, to be taken back. */
  readonly written: Written | undefined;
  readonly edit: (text: string) => void;
  readonly rate: (text?: string) => void;
  readonly write: (files: WriteFiles) => Promise<boolean>;
  readonly save: () => void;
  /** Reads the file; what was edited is dropped. */
  readonly read: () => void;
  /** Goes on with what was edited, over what the file is now. */
  readonly keepMine: () => void;
}

/** A Dockerfile that is open: what is in the file, what is in the editor, and what that is worth. */
export function useDocument(place: Place | undefined): OpenDocument {
  const t = useText();
  const api = useApi();
  const toasts = useToasts();
  const { tabStorage } = useEnvironment();
  const drafts = useMemo(() => createDrafts(tabStorage), [tabStorage]);
  const [pasted] = useState(() => (place ? undefined : drafts.of(undefined)));
  const [text, setText] = useState(pasted?.text ?? '');
  const [base, setBase] = useState<Base>({ text: '', digest: undefined });
  const [rated, setRated] = useState<RatedDockerfileBody>();
  const [isRestored, setRestored] = useState(pasted !== undefined);
  const [other, setOther] = useState<string | null>();
  const [loadError, setLoadError] = useState<unknown>();
  const [written, setWritten] = useState<Written>();
  const ask = async (given: object, signal?: AbortSignal): Promise<RatedDockerfileBody> =>
    await api.json({ method: 'POST', path: '/gantry/dockerfiles/rate', body: given, signal }, ratedDockerfileBody);

  const load = async (signal: AbortSignal, { keepsDraft }: { keepsDraft: boolean }): Promise<void> => {
    if (!place) return;
    try {
      const found = await ask(placeBody(place), signal);
      if (signal.aborted) return;
      if (!keepsDraft) drafts.drop(place);
      const draft = drafts.of(place);
      const isOwn = draft !== undefined && draft.text !== found.text;
      setRated(found);
      // A draft was made from the file as it was then: whether it still is, is found by the next look.
      setBase({ text: found.text, digest: isOwn ? draft.digest : (found.digest ?? undefined) });
      setText(isOwn ? draft.text : found.text);
      setRestored(isOwn);
      setOther(undefined);
      setLoadError(undefined);
    } catch (error) {
      if (!signal.aborted) setLoadError(error);
    }
  };
  const begin = useEffectEvent((signal: AbortSignal) => load(signal, { keepsDraft: true }));
  useEffect(() => {
    const gone = new AbortController();
    void begin(gone.signal);
    return () => gone.abort();
  }, []);
  const read = (): void => void load(new AbortController().signal, { keepsDraft: false });

  const rating = useAction<string>({
    run: async (_api, given) => setRated(await ask({ ...(place && placeBody(place)), text: given })),
  });
  const writing = useAction<WriteFiles>({
    run: async (_api, { text: after, digest, ignoreFile }) => {
      if (!place) return;
      const body = { ...placeBody(place), digest, text: after, ...(ignoreFile && { ignoreFile }) };
      const done = await api.json({ method: 'POST', path: '/gantry/dockerfiles/apply', body }, appliedDockerfileBody);
      drafts.drop(place);
      setBase({ text: after, digest: done.digest });
      setText(after);
      setRestored(false);
      setOther(undefined);
      setWritten({ root: place.root, files: done.files });
    },
    changes: ['/gantry/dockerfiles'],
  });
  const isEdited = place !== undefined && base.digest !== undefined && text !== base.text;
  useDisk({
    place,
    digest: base.digest,
    isIdle: !writing.isRunning,
    onOther(digest) {
      if (isEdited || digest === null) return setOther(digest);
      read();
      toasts.say({ text: t.readAgain, kind: 'info' });
    },
  });
  useEffect(() => {
    if (!isEdited) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isEdited]);

  const write = async (files: WriteFiles): Promise<boolean> => {
    const went = await writing.start(files);
    if (went) void rating.start(files.text);
    return went;
  };
  return {
    text,
    rated,
    isEdited,
    isRestored,
    other,
    isWriting: writing.isRunning,
    loadError,
    written,
    edit(next) {
      setText(next);
      if (next === base.text) drafts.drop(place);
      else drafts.keep(place, { text: next, digest: base.digest });
    },
    rate: (given = text) => void rating.start(given),
    write,
    save() {
      if (isEdited && base.digest !== undefined) void write({ text, digest: base.digest });
    },
    read,
    keepMine() {
      if (typeof other !== 'string') return;
      setBase({ ...base, digest: other });
      drafts.keep(place, { text, digest: other });
      setOther(undefined);
    },
  };
}
