/** A model of this machine, as far as it matters for answering. */
export interface ModelCandidate {
  readonly name: string;
  /** Whether it generates text; embedding models do not. */
  readonly chats: boolean;
  /** Whether its template can be given tools. */
  readonly hasTools: boolean;
  readonly parameters: number | undefined;
  /** What it takes in memory; undefined when it cannot run at all. */
  readonly estimatedBytes: number | undefined;
  readonly isLoaded: boolean;
}

/** Below this, models choose tools by chance. */
const leastForTools = 1_500_000_000;

/** `full` is given tools; `small` words facts, and chooses among them under a grammar. */
export function sizeOf({
  hasTools,
  parameters = 0,
}: Pick<ModelCandidate, 'hasTools' | 'parameters'>): 'full' | 'small' {
  return hasTools && parameters >= leastForTools ? 'full' : 'small';
}

/**
 * The best of those that chat and fit into the memory that models may use: first one that can be given tools, then the one with
 * more parameters, then one that is loaded, then by name. Undefined when there is none.
 */
export function chooseModel(
  candidates: readonly ModelCandidate[],
  { budgetBytes }: { readonly budgetBytes: number },
): ModelCandidate | undefined {
  const fitting = candidates.filter(
    ({ chats, estimatedBytes }) => chats && estimatedBytes !== undefined && estimatedBytes <= budgetBytes,
  );
  const [best] = fitting.toSorted(
    (a, b) =>
      Number(sizeOf(b) === 'full') - Number(sizeOf(a) === 'full') ||
      (b.parameters ?? 0) - (a.parameters ?? 0) ||
      Number(b.isLoaded) - Number(a.isLoaded) ||
      (a.name < b.name ? -1 : 1),
  );
  return best;
}
