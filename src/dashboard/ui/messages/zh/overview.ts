import type { overview as en } from '../en/overview.ts';
import type { MessagesLike } from '../../kit/index.ts';

export const overview: MessagesLike<typeof en> = {
  title: '概览',
};
