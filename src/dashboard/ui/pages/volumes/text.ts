import { createText } from '../../kit/index.ts';
import { volumes as en } from '../../messages/en/volumes.ts';
import { volumes as zh } from '../../messages/zh/volumes.ts';

export const useText = createText({ en, zh });
