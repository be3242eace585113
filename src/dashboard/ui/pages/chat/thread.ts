import type { Turn } from './conversation.ts';

export interface Node {
  readonly id: number;
  /** What it answers or follows; always of a smaller id. */
  readonly parent: number | null;
  readonly turn: Turn;
}

/** All that was said, with every branch: a question that is edited and an answer that is made again stay beside the old ones. */
export interface Thread {
  readonly nodes: readonly Node[];
  /** The turn that is shown last. */
  readonly leaf: number | null;
}

export const emptyThread: Thread = { nodes: [], leaf: null };

/** The turns that are shown, from the first. */
export function pathOf({ nodes, leaf }: Thread): readonly Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path: Node[] = [];
  let next = leaf === null ? undefined : byId.get(leaf);
  while (next) {
    path.push(next);
    const { id, parent }: Node = next;
    next = parent === null || parent >= id ? undefined : byId.get(parent);
  }
  return path.toReversed();
}

export function nextIdOf({ nodes }: Thread): number {
  return nodes.reduce((most, { id }) => Math.max(most, id), 0) + 1;
}

/** With one more turn after `parent`, which is shown from then on. */
export function added(thread: Thread, { parent, turn }: Omit<Node, 'id'>): Thread {
  const id = nextIdOf(thread);
  return { nodes: [...thread.nodes, { id, parent, turn }], leaf: id };
}

export function replaced(thread: Thread, { id, turn }: Omit<Node, 'parent'>): Thread {
  return { ...thread, nodes: thread.nodes.map((node) => (node.id === id ? { ...node, turn } : node)) };
}

/** Ids of all that stand at the place of a turn, oldest first. */
export function branchesAt({ nodes }: Thread, { parent }: Pick<Node, 'parent'>): readonly number[] {
  return nodes
    .filter((node) => node.parent === parent)
    .map(({ id }) => id)
    .toSorted((one, other) => one - other);
}

/** Shows the turn `id` and what was said last after it. */
export function switchedTo(thread: Thread, id: number): Thread {
  let leaf = id;
  for (const node of thread.nodes.toSorted((one, other) => one.id - other.id)) {
    if (node.parent !== null && node.id > leaf && isAfter(thread, { id: node.id, ancestor: id })) leaf = node.id;
  }
  return { ...thread, leaf };
}

function isAfter(thread: Thread, { id, ancestor }: { id: number; ancestor: number }): boolean {
  return pathOf({ ...thread, leaf: id }).some((node) => node.id === ancestor);
}
