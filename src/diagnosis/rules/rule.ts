import type { CauseId, Command, Evidence, EvidenceLine, Fix } from '../types.ts';

/** What a rule found. */
export interface Found {
  /** 0 to 1: 0.95 and more for what the Engine or the program itself said, 0.5 for a bare exit code. */
  readonly confidence: number;
  readonly evidence: readonly EvidenceLine[];
  /** Text of the catalogue, if not that of the id: `auth` is `C60.auth`. */
  readonly variant?: string | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
  readonly fixes?: readonly Fix[] | undefined;
  readonly verify?: readonly Command[] | undefined;
}

/** One failure of the catalogue: looks at the evidence and at nothing else. */
export interface Rule {
  readonly id: CauseId;
  readonly find: (evidence: Evidence) => Found | undefined;
}

export type Place = 'log' | 'error' | 'output' | 'health';

const mostQuoted = 3;

/** Everything somebody wrote, in the places asked for. */
export function linesIn(evidence: Evidence, places: readonly Place[]): readonly EvidenceLine[] {
  const { State: state } = evidence.container ?? {};
  return [
    ...(places.includes('error') && state?.Error ? [{ source: 'state' as const, text: state.Error }] : []),
    ...(places.includes('output') ? evidence.output : []),
    ...(places.includes('log') ? evidence.log : []),
    ...(places.includes('health')
      ? (state?.Health?.Log ?? []).flatMap(({ Output }) =>
          Output.split('\n')
            .filter((text) => text.trim() !== '')
            .map((text) => ({ source: 'health' as const, text })),
        )
      : []),
  ];
}

export interface Hit {
  readonly match: RegExpExecArray;
  /** The last lines that match. */
  readonly lines: readonly EvidenceLine[];
}

export function search(evidence: Evidence, pattern: RegExp, places: readonly Place[]): Hit | undefined {
  const hits = linesIn(evidence, places).flatMap((line) => {
    const match = pattern.exec(line.text);
    return match ? [{ line, match }] : [];
  });
  const last = hits.at(-1);
  return last && { match: last.match, lines: hits.slice(-mostQuoted).map(({ line }) => line) };
}

export const anywhere = ['error', 'output', 'log'] as const;

export interface TextRuleOptions {
  readonly places?: readonly Place[];
  readonly confidence: number;
  readonly variant?: string;
  /** More that has to hold. */
  readonly when?: (evidence: Evidence, match: RegExpExecArray) => boolean;
  readonly params?: (match: RegExpExecArray, evidence: Evidence) => Readonly<Record<string, string | number>>;
  /** Supporting evidence beside the lines. */
  readonly support?: (evidence: Evidence) => readonly EvidenceLine[];
  readonly fixes?: (evidence: Evidence, match: RegExpExecArray) => readonly Fix[];
  readonly verify?: (evidence: Evidence, match: RegExpExecArray) => readonly (readonly string[])[];
}

/** A rule that is a text which a program prints. */
export function textRule(id: CauseId, pattern: RegExp, options: TextRuleOptions): Rule {
  const { places = anywhere, confidence, variant, when, params, support, fixes, verify } = options;
  return {
    id,
    find(evidence) {
      const hit = search(evidence, pattern, places);
      if (!hit || (when && !when(evidence, hit.match))) return undefined;
      return {
        confidence,
        variant,
        evidence: [...hit.lines, ...(support?.(evidence) ?? [])],
        params: params?.(hit.match, evidence),
        fixes: fixes?.(evidence, hit.match),
        verify: (verify?.(evidence, hit.match) ?? verifyRunning(evidence)).map((argv) => ({ argv })),
      };
    },
  };
}

/** Shows whether the container runs now. */
export function verifyRunning({ container }: Evidence): readonly (readonly string[])[] {
  return container ? [['docker', 'ps', '--filter', `name=^/${container.Name}$`]] : [];
}

export function nameOf({ container, target }: Evidence): string {
  return container?.Name || target;
}

/** Whether the image is of a family (`postgres`): by its name, its labels or what only its variables say. */
export function isFamily({ container, image }: Evidence, names: RegExp, variable?: string): boolean {
  const all = [container?.Config.Image ?? '', ...(image?.RepoTags ?? [])];
  if (all.some((one) => names.test(one.split('@')[0]?.split('/').at(-1) ?? ''))) return true;
  return variable !== undefined && (container?.Config.Env ?? []).some((pair) => pair.startsWith(`${variable}=`));
}

export function envOf({ container }: Evidence, name: string): string | undefined {
  const pair = container?.Config.Env.find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** A field of `docker inspect` as evidence. */
export function field(path: string, value: unknown): EvidenceLine {
  return { source: 'inspect', text: `${path} = ${typeof value === 'string' ? value : JSON.stringify(value)}` };
}

export function stateField(path: string, value: unknown): EvidenceLine {
  return { source: 'state', text: `State.${path} = ${typeof value === 'string' ? value : JSON.stringify(value)}` };
}

/** How long the last run took; undefined while it runs or when it never ran. */
export function lastRunMs({ container }: Evidence): number | undefined {
  const began = Date.parse(container?.State.StartedAt ?? '');
  const ended = Date.parse(container?.State.FinishedAt ?? '');
  return began > 0 && ended >= began ? ended - began : undefined;
}

export function exitCodeOf({ container }: Evidence): number | undefined {
  if (!container || (container.State.Running && !container.State.Restarting)) return undefined;
  return container.State.Status === 'created' && container.State.Error === '' ? undefined : container.State.ExitCode;
}

/** Entrypoint and command as one line of words. */
export function argvOf({ container }: Evidence): readonly string[] {
  return container ? [...container.Config.Entrypoint, ...container.Config.Cmd] : [];
}

export function isUp({ container }: Evidence): boolean {
  return container?.State.Running === true && !container.State.Restarting;
}
