import { createText } from '../../kit/index.ts';
import { overview as en } from '../../messages/en/overview.ts';
import { overview as zh } from '../../messages/zh/overview.ts';

export const useText = createText({ en, zh });

/** How often figures are asked for again while the page can be seen. */
export const refreshMs = 5000;
