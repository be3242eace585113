import type { McpImageEvent, McpProblem } from '#contract';
import { toAppError } from '#core';
import type { LocalImageEvent, LocalImages } from '#mcp';
import { problemOf } from './problem.ts';

export interface PrepareOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: McpImageEvent) => void;
}

/** Makes the images that are made on this machine. One that cannot be is tried again when its server starts, so that is only told. */
export async function prepareImages(
  local: LocalImages,
  images: readonly string[],
  { signal, onEvent }: PrepareOptions,
): Promise<{ images: string[]; problems: McpProblem[] }> {
  const made: string[] = [];
  const problems: McpProblem[] = [];
  for (const image of new Set(images)) {
    if (!local.makes(image)) continue;
    try {
      const { isNew } = await local.ensure(image, { signal, onEvent: (event) => onEvent(eventBody(event, image)) });
      if (isNew) made.push(image);
    } catch (error) {
      signal.throwIfAborted();
      problems.push(problemOf(toAppError(error)));
    }
  }
  return { images: made, problems };
}

function eventBody(event: LocalImageEvent, image: string): McpImageEvent {
  switch (event.type) {
    case 'base':
      return { type: 'base', image, ...(event.instead === undefined ? {} : { instead: event.instead }) };
    case 'packages':
      return { type: 'packages', image, done: event.done, total: event.total };
    case 'building':
    case 'built':
      return { type: event.type, image };
  }
}
