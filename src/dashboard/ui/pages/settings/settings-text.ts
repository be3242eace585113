import { createText } from '../../kit/index.ts';
import { settings as en } from '../../messages/en/settings.ts';
import { settings as zh } from '../../messages/zh/settings.ts';

export const useSettingsText = createText({ en, zh });
