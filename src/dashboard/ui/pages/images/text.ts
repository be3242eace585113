import { createText } from '../../kit/index.ts';
import { images as en } from '../../messages/en/images.ts';
import { images as zh } from '../../messages/zh/images.ts';

export const useText = createText({ en, zh });
