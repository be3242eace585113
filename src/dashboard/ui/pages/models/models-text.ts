import { createText } from '../../kit/index.ts';
import { models as en } from '../../messages/en/models.ts';
import { models as zh } from '../../messages/zh/models.ts';

export const useModelsText = createText({ en, zh });
