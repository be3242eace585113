import { createText } from '../../kit/index.ts';
import { dockerfile as en } from '../../messages/en/dockerfile.ts';
import { dockerfile as zh } from '../../messages/zh/dockerfile.ts';

export const useText = createText({ en, zh });
