export type NameFault = 'form' | 'same' | 'taken';

/** Why a container cannot be called so, as the Engine would say it. Undefined where it can. */
export function nameFault(wanted: string, now: string, others: readonly string[]): NameFault | undefined {
  if (!/^[a-zA-Z0-9][\w.-]+$/.test(wanted)) return 'form';
  if (wanted === now) return 'same';
  return others.includes(wanted) ? 'taken' : undefined;
}
