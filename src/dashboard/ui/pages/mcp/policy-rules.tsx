import { Box, Chip, Stack, Typography } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { CleanText, cutLine, useFormat } from '../../kit/index.ts';
import { policyWords, type ConditionWords, type LimitWords, type RuleWords } from './policy-words.ts';
import { useMcpText, type McpText } from './text.ts';

const mostRules = 200;
const colors = { allow: 'success', deny: 'error', ask: 'warning' } as const;

/** The rules in force, a sentence each, in their order. */
export function PolicyRules({ policy }: { readonly policy: Readonly<Record<string, unknown>> }): ReactNode {
  const t = useMcpText();
  const format = useFormat();
  const { usual, rules, limits } = useMemo(() => policyWords(policy), [policy]);
  return (
    <Box component="section" aria-label={t.rules}>
      <Typography variant="subtitle2" component="h3">
        {t.rules}
      </Typography>
      <Stack component="ol" spacing={0.5} sx={{ m: 0, pl: 3 }}>
        {rules.slice(0, mostRules).map((rule, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- the order is what rules are
          <li key={at}>
            <Chip size="small" color={colors[rule.effect]} variant="outlined" label={t.effectName(rule.effect)} />{' '}
            <CleanText text={cutLine(ruleText(rule, t), 1000).text} />
          </li>
        ))}
        <li>
          <Chip size="small" color={colors[usual]} variant="outlined" label={t.effectName(usual)} /> {t.everythingElse}
        </li>
      </Stack>
      {rules.length > mostRules && (
        <Typography color="text.secondary">{t.moreRules(rules.length - mostRules)}</Typography>
      )}
      {limits.length > 0 && (
        <>
          <Typography variant="subtitle2" component="h3" sx={{ mt: 1 }}>
            {t.rates}
          </Typography>
          <Box component="ul" sx={{ m: 0, pl: 3 }}>
            {limits.slice(0, mostRules).map((limit, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- they do not move
              <li key={at}>
                <CleanText text={cutLine(limitText(limit, t, format.duration(limit.perMs)), 1000).text} />
              </li>
            ))}
          </Box>
        </>
      )}
    </Box>
  );
}

function ruleText({ name, about, conditions, reason }: RuleWords, t: McpText): string {
  const where = conditions.map((condition) => conditionText(condition, t)).join(t.and);
  return [
    name === undefined ? '' : `${name}: `,
    aboutText(about, t),
    where === '' ? '' : t.where(where),
    reason === undefined ? '' : ` (${reason})`,
  ].join('');
}

function aboutText(about: RuleWords['about'], t: McpText): string {
  if (about.length === 0) return t.everything;
  return about.map(({ what, patterns }) => t.aboutOf(what, patterns.join(t.or))).join(', ');
}

function conditionText({ at, test, value, isNot }: ConditionWords, t: McpText): string {
  return t.condition(at, t.testName(test, isNot), value);
}

function limitText({ name, about, calls, each }: LimitWords, t: McpText, per: string): string {
  return `${name === undefined ? '' : `${name}: `}${t.rate(calls, per, each)} · ${aboutText(about, t)}`;
}
