/** Below this a chat model is of no use. */
export const smallestContext = 512;
/** A conversation gets no more unless somebody asks for it: the cache is paid for in full, used or not. */
export const largestFittedContext = 16_384;
/** Fewer places for more context until a conversation has this much. */
export const comfortableContext = 8192;
export const defaultParallel = 4;
// llama.cpp allots contexts in steps.
const step = 256;

export interface FitQuestion {
  /** Trained or packaged context, whichever is less; undefined when neither is known. */
  readonly limit: number | undefined;
  /** Fixed by somebody, or undefined to choose. */
  readonly contextSize: number | undefined;
  readonly parallel: number | undefined;
  readonly budgetBytes: number;
  readonly bytesOf: (shape: Shape) => number;
}

export interface Shape {
  readonly contextSize: number;
  readonly parallel: number;
}

/**
 * Chooses what was not fixed. In order: 4 places and up to 16,384 tokens, while the caches take at most a quarter of the
 * budget, so that other models fit beside it; fewer places until a conversation has 8,192 tokens (or all the model
 * can); then one place and whatever the whole budget allows, at least 512 tokens. Undefined when nothing fits.
 */
export function fitContext(question: FitQuestion): Shape | undefined {
  const { budgetBytes, bytesOf } = question;
  const top = Math.min(question.limit ?? comfortableContext, largestFittedContext);
  const floor = Math.min(smallestContext, top);
  const places = question.parallel === undefined ? [defaultParallel, 3, 2, 1] : [question.parallel];
  // What it takes with next to no context: weights, buffers.
  const fixedBytes = bytesOf({ contextSize: 1, parallel: 1 });
  const modest = Math.min(budgetBytes, fixedBytes + budgetBytes / 4);

  const attempts = [
    ...places.map((parallel) => ({ parallel, bytes: modest, wanted: Math.min(top, comfortableContext) })),
    ...places.slice(-1).map((parallel) => ({ parallel, bytes: budgetBytes, wanted: floor })),
  ];
  for (const { parallel, bytes, wanted } of attempts) {
    if (question.contextSize === undefined) {
      const contextSize = largest({ top, parallel, bytes, bytesOf });
      if (contextSize >= wanted) return { contextSize, parallel };
    } else if (bytesOf({ contextSize: question.contextSize, parallel }) <= bytes) {
      return { contextSize: question.contextSize, parallel };
    }
  }
  return undefined;
}

/** The largest context in steps, or `top` itself, that takes at most `bytes`; 0 when none does. */
function largest({
  top,
  parallel,
  bytes,
  bytesOf,
}: {
  top: number;
  parallel: number;
  bytes: number;
  bytesOf: (shape: Shape) => number;
}): number {
  if (bytesOf({ contextSize: top, parallel }) <= bytes) return top;
  let low = 0;
  let high = Math.floor(top / step);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bytesOf({ contextSize: middle * step, parallel }) <= bytes) low = middle;
    else high = middle - 1;
  }
  return low * step;
}
