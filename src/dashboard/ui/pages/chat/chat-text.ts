import { createText } from '../../kit/index.ts';
import { chat as en } from '../../messages/en/chat.ts';
import { chat as zh } from '../../messages/zh/chat.ts';

export const useChatText = createText({ en, zh });
