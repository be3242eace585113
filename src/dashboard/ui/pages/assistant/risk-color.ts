const colors = { R0: 'success', R1: 'success', R2: 'warning', R3: 'warning', R4: 'error', R5: 'error' } as const;

/** What is not known is shown as the gravest. */
export function riskColor(risk: string): 'success' | 'warning' | 'error' {
  return Object.entries(colors).find(([name]) => name === risk)?.[1] ?? 'error';
}
