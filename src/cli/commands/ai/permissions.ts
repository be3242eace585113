import { resolve } from 'node:path';
import type { PermissionsBody, PermissionsRequest } from '#contract';
import { openAssistant } from '../../client/assistant/open-assistant.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';

export interface PermissionOptions {
  readonly json?: boolean;
  /** Of the folder one stands in, or of the one named. */
  readonly project?: string | boolean;
}

type Effect = 'allow' | 'ask' | 'deny';

export async function listPermissions(context: CliContext, options: PermissionOptions): Promise<number> {
  const { t } = context;
  const { rules } = await (await openAssistant(context)).permissions(folderOf(options) ?? resolve('.'));
  if (options.json) context.printJson(rules);
  else if (rules.length === 0) context.notice(t('ai.permissions.none'));
  else
    context.print(
      tableText(
        [t('ai.permissions.effect'), t('ai.permissions.rule'), t('ai.permissions.scope')],
        rules.map(({ effect, rule, scope }) => [effect, rule, scope]),
      ),
    );
  return exitCodes.ok;
}

/** Adds rules, or takes them out with `remove`; what an administrator set stays. */
export async function changePermissions(
  context: CliContext,
  { effect, rules }: { readonly effect: Effect | 'remove'; readonly rules: readonly string[] },
  options: PermissionOptions,
): Promise<number> {
  const { t } = context;
  const client = await openAssistant(context);
  const project = folderOf(options);
  const scope = project === undefined ? 'user' : 'project';
  const before = await client.permissions(project);
  const own = before.rules.filter((one) => one.scope === scope);
  if (effect === 'remove' && !rules.every((rule) => own.some((one) => one.rule === rule)))
    throw usageError(t('ai.permissions.notThere'), { hint: t('ai.permissions.notThereHint') });
  const kept = own.filter((one) => !rules.includes(one.rule));
  const of = (kind: Effect): string[] => [
    ...kept.filter((one) => one.effect === kind).map(({ rule }) => rule),
    ...(kind === effect ? rules : []),
  ];
  const lists = { deny: of('deny'), ask: of('ask'), allow: of('allow') };
  const request: PermissionsRequest =
    project === undefined ? { scope: 'user', ...lists } : { scope: 'project', project, ...lists };
  const after: PermissionsBody = await client.setPermissions(request);
  if (options.json) context.printJson(after.rules);
  else context.print(`${t('ai.permissions.changed', { count: rules.length })}\n`);
  return exitCodes.ok;
}

function folderOf({ project }: PermissionOptions): string | undefined {
  if (project === undefined || project === false) return undefined;
  return resolve(project === true ? '.' : project);
}
