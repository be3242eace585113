import { analyse, defaultSettings, type Analysis, type RatingSettings } from './analysis/analyse.ts';
import type { ProjectContext } from './context/project.ts';
import { catalogue } from './rules/catalogue.ts';
import type { DimensionId, Edit, Equivalents, FixKind, Hit, Rule, Severity } from './rules/types.ts';
import { score, type Score } from './score.ts';
import { readIgnores } from './source/pragmas.ts';

export interface Finding {
  readonly id: string;
  readonly dimension: DimensionId;
  readonly severity: Severity;
  /** 1-based; the last line included. */
  readonly line: number;
  readonly endLine: number;
  /** 1-based. */
  readonly column: number;
  /** What stands there, one line, cut; secrets are left out. */
  readonly evidence: string;
  readonly variant: string | undefined;
  readonly params: Readonly<Record<string, string | number>>;
  readonly fix: FixKind;
  readonly edits: readonly Edit[];
  readonly equivalents: Equivalents;
}

export interface Rating extends Score {
  readonly findings: readonly Finding[];
  /** Findings that a comment or the settings turned off. */
  readonly ignored: number;
}

export interface RateOptions {
  readonly context?: ProjectContext | undefined;
  readonly settings?: Partial<RatingSettings> | undefined;
  /** Rule ids, ours or other tools', that are not told. */
  readonly disabled?: readonly string[] | undefined;
  readonly severities?: Readonly<Record<string, Severity>> | undefined;
}

/** Rates the text of a Dockerfile: the same text, context and options give the same rating. */
export function rateDockerfile(source: string, options: RateOptions = {}): Rating {
  const settings = { ...defaultSettings, ...options.settings };
  const analysis = analyse(source, { context: options.context, settings });
  const disabled = new Set(options.disabled);
  const severities = options.severities ?? {};
  const all = catalogue
    .filter((rule) => disabled.size === 0 || !namesOf(rule).some((name) => disabled.has(name)))
    .flatMap((rule) => firstHits(rule.check(analysis)).map((hit) => findingOf(rule, hit, { analysis, severities })));
  const isIgnored = ignoring(analysis);
  const findings = all.filter((finding) => !isIgnored(finding)).toSorted(byPlace);
  return { ...score(findings, analysis), findings, ignored: all.length - findings.length };
}

/** More of one kind say nothing new. */
const maxHits = 100;
const maxEvidence = 160;

function firstHits(hits: Iterable<Hit>): Hit[] {
  const taken: Hit[] = [];
  for (const hit of hits) {
    taken.push(hit);
    if (taken.length >= maxHits) break;
  }
  return taken;
}

interface Telling {
  readonly analysis: Analysis;
  readonly severities: Readonly<Record<string, Severity>>;
}

function findingOf(rule: Rule, hit: Hit, { analysis: { file }, severities }: Telling): Finding {
  const line = file.lineAt(hit.at.start);
  const names = Object.keys(severities).length === 0 ? [] : namesOf(rule);
  const overridden = names
    .map((name) => (Object.hasOwn(severities, name) ? severities[name] : undefined))
    .find((one) => one !== undefined);
  const edits = rule.fix === 'safe' ? (hit.edits ?? []) : [];
  return {
    id: rule.id,
    dimension: rule.dimension,
    severity: overridden ?? hit.severity ?? rule.severity,
    line,
    endLine: Math.max(line, file.lineAt(Math.max(hit.at.end - 1, hit.at.start))),
    column: hit.at.start - file.startOfLine(line) + 1,
    evidence: hit.evidence ?? evidenceAt(file.source, hit),
    variant: hit.variant,
    params: hit.params ?? {},
    fix: edits.length > 0 || rule.fix !== 'safe' ? rule.fix : 'review',
    edits,
    equivalents: rule.equivalents ?? {},
  };
}

function evidenceAt(source: string, { at }: Hit): string {
  const text = source.slice(at.start, Math.min(at.end, at.start + 2_000));
  const line = text
    .replaceAll(/[\\`]?\s*\n\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
  return line.length > maxEvidence ? `${line.slice(0, maxEvidence)}…` : line;
}

export function namesOf({ id, equivalents }: Pick<Rule, 'id' | 'equivalents'>): readonly string[] {
  return [id, ...Object.values(equivalents ?? {}).flat()];
}

/** Whether a comment of the file turns a finding off. */
function ignoring({ file }: Analysis): (finding: Finding) => boolean {
  const pragmas = readIgnores(file).map((pragma) => {
    const target = pragma.scope === 'file' ? undefined : file.instructions.find(({ start }) => start > pragma.at.start);
    return { ...pragma, target };
  });
  return (finding) => {
    // Who turns findings off without a reason is told so all the same.
    if (finding.id === 'MNT08' || pragmas.length === 0) return false;
    const names = namesOf(finding).map((name) => name.toLowerCase());
    return pragmas.some(({ ids, scope, target }) => {
      if (ids !== 'all' && !ids.some((id) => names.includes(id.toLowerCase()))) return false;
      return (
        scope === 'file' || (target !== undefined && finding.line >= target.line && finding.line <= target.endLine)
      );
    });
  };
}

function byPlace(a: Finding, b: Finding): number {
  if (a.line !== b.line) return a.line - b.line;
  if (a.column !== b.column) return a.column - b.column;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
