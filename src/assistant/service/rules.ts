import { parseShell } from '../permissions/parse-shell.ts';
import { isAtLeast } from '../permissions/risk.ts';
import { decide, type Action, type Decision, type Permissions } from '../permissions/decide.ts';
import { parseRule, type PermissionRule } from '../permissions/rules.ts';
import type { Mode } from '../sessions/types.ts';
import type { AssistantSettings, RuleTexts } from './types.ts';

/** `allowBelowR5` comes from approvals and switches, which were never about what destroys or has more rights. */
export interface SessionRules extends Permissions {
  readonly allowBelowR5: readonly PermissionRule[];
}

/** The rules that hold in a folder: of the administrator, of the person, of the folder, and of tools that do not ask. */
export function rulesFor(settings: AssistantSettings, workingDirectory: string): SessionRules {
  const { locked, permissions, projects, tools } = settings;
  const project = Object.hasOwn(projects, workingDirectory) ? projects[workingDirectory] : undefined;
  const of = (effect: keyof RuleTexts, ...sets: readonly (RuleTexts | undefined)[]): readonly PermissionRule[] =>
    sets.flatMap((set) => (set?.[effect] ?? []).map((text) => parseRule(text)));
  const auto = Object.entries(tools).filter(([, { approval }]) => approval === 'auto');
  return {
    deny: of('deny', locked, permissions, project),
    ask: of('ask', locked, permissions, project),
    allow: of('allow', locked, permissions),
    // Names of tools come from MCP servers too and need not be words of a rule.
    allowBelowR5: [
      ...of('allow', project),
      ...auto.map(([tool]): PermissionRule => ({ text: tool, tool, pattern: undefined })),
    ],
  };
}

export interface DecideInSession {
  readonly rules: SessionRules;
  readonly grants: readonly PermissionRule[];
  readonly mode: Mode;
  readonly interactive: boolean;
  /** Texts that the person attached by hand. */
  readonly attached: readonly string[];
}

export function decideInSession(
  action: Action,
  { rules, grants, mode, interactive, attached }: DecideInSession,
  texts: { readonly untrusted: readonly string[]; readonly trusted: readonly string[] },
): Decision {
  const isGrave = isAtLeast(action.assessment.risk, 'R5');
  const lasting = isGrave ? [] : [...rules.allowBelowR5, ...grants];
  return decide(action, { rules, grants: lasting, mode, interactive, attached, ...texts });
}

/**
 * The rule that would allow exactly this action again; undefined where no rule can say that, or where it destroys or has more
 * rights: such things are allowed one at a time.
 */
export function grantFor(action: Action): PermissionRule | undefined {
  const { tool, script, targets, assessment } = action;
  if (isAtLeast(assessment.risk, 'R5')) return undefined;
  if (script !== undefined) {
    const { commands, composition } = parseShell(script);
    const [first] = commands;
    if (commands.length !== 1 || composition.length > 0 || first === undefined) return undefined;
    const words = first.words.map((word) => (word !== undefined && /^[^\s*()]+$/.test(word) ? word : undefined));
    return words.includes(undefined) ? undefined : ruleOf(`${tool}(${words.join(' ')})`);
  }
  if (targets.length === 0) return ruleOf(tool);
  const [target] = targets;
  if (targets.length > 1 || target === undefined || /[*\n]/.test(target)) return undefined;
  return ruleOf(`${tool}(${target})`);
}

function ruleOf(text: string): PermissionRule | undefined {
  try {
    const rule = parseRule(text);
    return rule.text === text ? rule : undefined;
  } catch {
    return undefined;
  }
}
