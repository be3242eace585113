import type { createModelRequest } from '#contract';
import type { output } from 'zod';

export type SourceChoice = NonNullable<output<typeof createModelRequest>['source']>;

export const sourceChoices: readonly SourceChoice[] = ['auto', 'registry', 'huggingface', 'packages', 'file'];
