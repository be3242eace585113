import { resolve, join } from 'node:path';
import type { Policy, PolicyRule, PolicyRequest } from '#mcp';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';
import { printResult, type FormatOptions } from './format.ts';
import { isObject, parseJson } from './tool-arguments.ts';

export interface TestFlags extends FormatOptions {
  readonly kind?: PolicyRequest['kind'];
  readonly client?: string;
  readonly args?: string;
  readonly file?: string;
}

function policyPath({ paths }: CliContext, file: string | undefined): string {
  return file === undefined ? join(paths.home, 'mcp', 'policy.yaml') : resolve(file);
}

export async function listPolicy(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { readPolicy } = await import('#mcp');
  const path = policyPath(context, undefined);
  const policy = await readPolicy(path);
  return await printResult(context, flags, {
    value: policy,
    human: () => {
      const rest = policy.default === 'allow' ? t('mcp.policy.restAllowed') : t('mcp.policy.restDenied');
      if (policy.rules.length === 0 && policy.limits.length === 0)
        return `${t('mcp.policy.none', { path })}\n${rest}\n`;
      return `${rulesText(policy, context)}${limitsText(policy, context)}${rest}\n`;
    },
  });
}

function rulesText({ rules }: Policy, { t }: CliContext): string {
  if (rules.length === 0) return '';
  const titles = [t('mcp.policy.column.rule'), t('mcp.policy.column.effect'), t('mcp.policy.column.about')];
  const effects = { allow: t('mcp.policy.allow'), deny: t('mcp.policy.deny'), ask: t('mcp.policy.ask') };
  return tableText(
    titles,
    rules.map((rule, index) => [rule.name ?? String(index + 1), effects[rule.effect], aboutText(rule)]),
  );
}

function limitsText({ limits }: Policy, { t }: CliContext): string {
  if (limits.length === 0) return '';
  return tableText(
    [t('mcp.policy.column.limit'), t('mcp.policy.column.calls'), t('mcp.policy.column.about')],
    limits.map((limit, index) => [
      limit.name ?? String(index + 1),
      `${limit.calls} / ${limit.per / 1000} s`,
      aboutText(limit),
    ]),
  );
}

function aboutText(
  about: Partial<Pick<PolicyRule, 'server' | 'tool' | 'prompt' | 'resource' | 'client' | 'arguments'>>,
): string {
  const { server, tool, prompt, resource, client, arguments: conditions = [] } = about;
  const parts = Object.entries({ server, tool, prompt, resource, client }).flatMap(([key, globs]) =>
    globs === undefined ? [] : [`${key}=${globs.join('|')}`],
  );
  const tests = conditions.map(({ at, not, glob, regex, equals, under }) => {
    const test = glob ?? regex ?? under ?? JSON.stringify(equals);
    return `${at}${not === true ? '≠' : '='}${test}`;
  });
  return [...parts, ...tests].join(' ') || '*';
}

/** Whether a file is a policy; what is wrong with it ends the command. */
export async function checkPolicy(
  context: CliContext,
  file: string | undefined,
  flags: FormatOptions,
): Promise<number> {
  const { readPolicy } = await import('#mcp');
  const path = policyPath(context, file);
  const { rules, limits } = await readPolicy(path);
  return await printResult(context, flags, {
    value: { valid: true, path, rules: rules.length, limits: limits.length },
    human: () => `${context.t('mcp.policy.valid', { path, rules: rules.length, limits: limits.length })}\n`,
  });
}

/** What would be decided about a call. Nothing is called. */
export async function testPolicy(
  context: CliContext,
  { server, name }: { server: string; name: string },
  flags: TestFlags,
): Promise<number> {
  const { t } = context;
  const { compilePolicy, readPolicy } = await import('#mcp');
  const args = flags.args === undefined ? {} : parseJson(flags.args, { what: '--args', t });
  if (!isObject(args)) throw usageError(t('mcp.tools.noObject', { what: '--args' }));
  const policy = compilePolicy(await readPolicy(policyPath(context, flags.file)));
  const request = {
    kind: flags.kind ?? 'tool',
    server,
    name,
    client: flags.client ?? 'gantry',
    arguments: args,
  } as const;
  const { effect, reason, rule } = policy.evaluate(request);
  const texts = { allow: t('mcp.policy.allow'), deny: t('mcp.policy.deny'), ask: t('mcp.policy.ask') };
  await printResult(context, flags, {
    value: { allowed: effect === 'allow', effect, reason, rule: rule ?? null },
    human: () => `${texts[effect]}: ${reason}\n`,
  });
  return effect === 'deny' ? exitCodes.auth : exitCodes.ok;
}
