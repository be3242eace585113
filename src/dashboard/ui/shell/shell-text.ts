import { shell as en } from '../messages/en/shell.ts';
import { shell as zh } from '../messages/zh/shell.ts';
import { createText } from '../kit/index.ts';

export const useShellText = createText({ en, zh });
