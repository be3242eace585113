import { createText } from '../../kit/index.ts';
import { containers as en } from '../../messages/en/containers.ts';
import { containers as zh } from '../../messages/zh/containers.ts';

export const useText = createText({ en, zh });
