/**
 * What an action can do (contract assistant §1.6): R0 reads facts about objects, R1 reads the project, R2 reads what is sensitive or
 * outside it, R3 writes what can be undone, R4 reaches the network or runs what comes from there, R5 destroys, or has more rights.
 */
export type Risk = 'R0' | 'R1' | 'R2' | 'R3' | 'R4' | 'R5';

const order: readonly Risk[] = ['R0', 'R1', 'R2', 'R3', 'R4', 'R5'];

export function isAtLeast(risk: Risk, limit: Risk): boolean {
  return order.indexOf(risk) >= order.indexOf(limit);
}

export function highest(risks: readonly Risk[]): Risk {
  return order.findLast((risk) => risks.includes(risk)) ?? 'R0';
}

/** A risk and the reasons for it, for the person who decides. */
export interface Assessment {
  readonly risk: Risk;
  /** Keys of messages, each once. */
  readonly reasons: readonly RiskReason[];
}

export type RiskReason =
  | 'unknown-program'
  | 'runs-other-programs'
  | 'substitution'
  | 'control-flow'
  | 'background'
  | 'redirect'
  | 'environment'
  | 'here-document'
  | 'not-parsed'
  | 'too-long'
  | 'other-engine'
  | 'privileged'
  | 'host-path'
  | 'inside-container'
  | 'deletes'
  | 'writes'
  | 'network'
  | 'outside-project'
  | 'sensitive';

export function assess(risk: Risk, ...reasons: readonly RiskReason[]): Assessment {
  return { risk, reasons };
}

export function combine(assessments: readonly Assessment[]): Assessment {
  return {
    risk: highest(assessments.map(({ risk }) => risk)),
    reasons: [...new Set(assessments.flatMap(({ reasons }) => reasons))],
  };
}
