export { decide, type Action, type Decision, type DecideOptions, type Permissions } from './permissions/decide.ts';
export { parseRule, type PermissionRule, type RuleSubject } from './permissions/rules.ts';
export { createPathRisk, isSensitive, type PathRiskOptions } from './permissions/path-risk.ts';
export { shellRisk, type PathRisk } from './permissions/shell-risk.ts';
export { type Assessment, type Risk, type RiskReason } from './permissions/risk.ts';
export { runTurn } from './loop/run-turn.ts';
export { fenceData, withoutControls } from './loop/fence.ts';
export type * from './loop/types.ts';
export { languageOf, recognise, type Intent } from './intents/recognise.ts';
