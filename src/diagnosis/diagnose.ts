import { quotable, withoutSecrets, cleanLine } from './evidence/clean.ts';
import { allWell } from './evidence/well.ts';
import { rulesForBuild } from './build/all-rules.ts';
import { hasBuilt } from './build/read-build.ts';
import { rules } from './rules/all-rules.ts';
import { exitCodeOf, isUp, type Found, type Rule } from './rules/rule.ts';
import type { Cause, Command, Diagnosis, Evidence, EvidenceLine, Fix, Health } from './types.ts';

const mostCauses = 5;
const mostTelling = 3;
const leastConfidence = 0.2;

/** What is wrong, from the evidence alone: the same evidence gives the same answer. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { container } = evidence;
  const causes = (rulesForBuild(evidence.output) ?? rules)
    .flatMap((rule) => causeOf(rule, evidence))
    .toSorted((one, other) => other.confidence - one.confidence)
    .filter((cause, index, all) => all.findIndex(({ id }) => id === cause.id) === index)
    .slice(0, mostCauses);
  const likely = causes.filter(({ confidence }) => confidence >= leastConfidence);
  const well = allWell(evidence) || hasBuilt(evidence.output);
  // Warnings in the log of something that works are told, and are not the cause of anything.
  const verdict =
    likely.length > 0 && !(well && (likely[0]?.confidence ?? 0) < 0.6)
      ? 'cause_found'
      : well
        ? 'well'
        : 'cause_unknown';
  return {
    target: cleanLine(evidence.target),
    state: container?.State.Status,
    exitCode: exitCodeOf(evidence),
    health: healthOf(evidence),
    verdict,
    causes: likely,
    telling: verdict === 'cause_unknown' ? tellingLines(evidence) : [],
    unread: evidence.unread.map(({ part, reason }) => ({ part, reason: quotable(reason) })),
  };
}

function causeOf(rule: Rule, evidence: Evidence): readonly Cause[] {
  const found = rule.find(evidence);
  if (!found) return [];
  return [
    {
      id: rule.id,
      text: found.variant === undefined ? rule.id : `${rule.id}.${found.variant}`,
      confidence: Number(weigh(found, evidence).toFixed(2)),
      params: Object.fromEntries(
        Object.entries(found.params ?? {}).map(([name, value]) => [
          name,
          typeof value === 'number' ? value : quotable(value),
        ]),
      ),
      evidence: found.evidence.map((line) => ({ ...line, text: quotable(line.text) })),
      fixes: (found.fixes ?? []).filter(({ commands }) => commands.length > 0).map(safeFix),
      verify: (found.verify ?? []).map(safeCommand),
    },
  ];
}

/** What contradicts a rule takes from its confidence: a program that works may have complained once. */
function weigh({ confidence, evidence: lines }: Found, evidence: Evidence): number {
  const onlyLog = lines.every(({ source }) => source === 'log' || source === 'inspect' || source === 'image');
  if (!onlyLog || !evidence.container) return confidence;
  if (isUp(evidence) && evidence.container.State.Health?.Status !== 'unhealthy') {
    const healthy = evidence.container.State.Health?.Status === 'healthy';
    return confidence * (healthy ? 0.5 : 0.85);
  }
  return exitCodeOf(evidence) === 0 ? confidence * 0.7 : confidence;
}

function safeFix(fix: Fix): Fix {
  return {
    ...fix,
    commands: fix.commands.map(safeCommand),
    compose: fix.compose === undefined ? undefined : withoutSecretsKeepingNames(fix.compose),
  };
}

function safeCommand({ argv }: Command): Command {
  const secretOption = /^--?[\w-]*(pass|secret|token|api-?key)[\w-]*$/i;
  return {
    argv: argv.map((word, index) =>
      secretOption.test(argv[index - 1] ?? '') ? '[redacted]' : withoutSecretsKeepingNames(cleanLine(word)),
    ),
  };
}

/** `${NAME:?}` stands for a value that is elsewhere; the rest is as for evidence. */
function withoutSecretsKeepingNames(text: string): string {
  return text
    .split('\n')
    .map((line) => (/\$\{\w+:\?\}/.test(line) ? line : withoutSecrets(line)))
    .join('\n');
}

function healthOf({ container }: Evidence): Health {
  const status = container?.State.Health?.Status;
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

const telling =
  /error|fatal|fail|denied|refused|cannot|can't|unable|exception|panic|invalid|missing|not found|unknown/i;

/** The last lines that sound like trouble; else the last lines. */
function tellingLines(evidence: Evidence): readonly EvidenceLine[] {
  const all = [...evidence.output, ...evidence.log];
  const worried = all.filter(({ text }) => telling.test(text));
  const error = evidence.container?.State.Error ?? '';
  const lines = [
    ...(error === '' ? [] : [{ source: 'state' as const, text: error }]),
    ...(worried.length > 0 ? worried : all).slice(-mostTelling),
  ];
  return lines.slice(0, mostTelling).map((line) => ({ ...line, text: quotable(line.text) }));
}
