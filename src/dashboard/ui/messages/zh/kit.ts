import type { kit as en } from '../en/kit.ts';
import type { MessagesLike } from '../../kit/text.tsx';

export const kit: MessagesLike<typeof en> = {
  failed: '操作失败，但没有说明原因。',
  unreachable: '无法连接到守护进程。',
  unreachableHint: '页面会自动重试。启动守护进程：gantry serve',
  unreadable: '收到的回答不是本页面所期望的。请重新加载页面：Gantry 可能已更新。',
  retry: '重试',
  loading: '正在加载…',
  copy: '复制',
  copied: '已复制',
  cancel: '取消',
  close: '关闭',
  filter: '筛选',
  noMatch: '没有符合筛选条件的内容。',
  rows: (shown, all) => (shown === all ? `共 ${all} 项` : `${all} 项中的 ${shown} 项`),
  command: '等效的命令行',
  askAssistant: (name) => `向助手询问 ${name}`,
  more: (characters) => `… 还有 ${characters.toLocaleString('zh')} 个字符`,
  showMore: '显示更多',
  picture: (alt) => `[图片${alt ? `：${alt}` : ''}]`,
  pictureHint: '不会加载来自其他地方的图片。',
  actions: '操作',
  newTab: '在新标签页中打开',
};
