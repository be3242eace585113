import type { PermissionsBody } from '#contract';
import { printableLine } from '../../output/printable.ts';
import type { Input, Saying, SessionFacts } from '../state/types.ts';
import type { TuiDeps } from '../types.ts';

type Effect = PermissionsBody['rules'][number]['effect'];

/** `/permissions`: shows the rules; with `allow|ask|deny|remove RULE` changes those of the user. */
export async function permissions(rest: string, deps: TuiDeps, session: SessionFacts): Promise<readonly Input[]> {
  const { client, t } = deps;
  const { rules } = await client.permissions(session.workingDirectory);
  const change = /^(allow|ask|deny|remove)\s+(\S[^]*)$/.exec(rest);
  if (!change) {
    const rows = rules.map(({ effect, rule, scope }) => `| ${effect} | \`${cell(rule)}\` | ${scope} |`);
    const head = `| ${t('tui.permissions.effect')} | ${t('tui.permissions.rule')} | ${t('tui.permissions.scope')} |\n|---|---|---|`;
    const table = rows.length === 0 ? t('tui.permissions.none') : `${head}\n${rows.join('\n')}`;
    return [{ type: 'facts', title: t('tui.permissions.title'), markdown: `${table}\n\n${t('tui.permissions.how')}` }];
  }
  const [, verb = '', rule = ''] = change;
  const known = rules.find((one) => one.rule === rule.trim());
  if (known?.scope === 'locked') return [warning({ key: 'tui.permissions.locked', values: { rule } })];
  if (verb === 'remove' && !known) return [warning({ key: 'tui.permissions.missing', values: { rule } })];
  const scope = verb === 'remove' && known?.scope === 'project' ? 'project' : 'user';
  const kept = rules.filter((one) => one.scope === scope && one.rule !== rule.trim());
  const added = verb === 'remove' ? [] : [{ effect: verb as Effect, rule: rule.trim() }];
  const of = (effect: Effect): string[] =>
    [...kept, ...added].filter((one) => one.effect === effect).map((one) => one.rule);
  const lists = { deny: of('deny'), ask: of('ask'), allow: of('allow') };
  await client.setPermissions(
    scope === 'user' ? { scope, ...lists } : { scope, project: session.workingDirectory, ...lists },
  );
  return await permissions('', deps, session);
}

function warning(saying: Saying): Input {
  return { type: 'notice', level: 'warning', saying };
}

function cell(text: string): string {
  return printableLine(text).replaceAll('|', '\\|').replaceAll('`', "'");
}
