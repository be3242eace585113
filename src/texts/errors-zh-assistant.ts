import type { ErrorText } from './errors-zh.ts';

/** The assistant: codes of its own, and reasons under those of others. */
export const assistantErrorsZh = {
  'assistant.disabled': [{ text: '助手未启用。', hint: '启用：gantry ai enable' }],
  'assistant.not_acknowledged': [{ text: '使用该模型前请先确认：{detail}', hint: '阅读并同意：gantry ai acknowledge' }],
} as const satisfies Record<string, readonly ErrorText[]>;

export const assistantNotFoundZh: readonly ErrorText[] = [
  { reason: 'session', text: '没有这个会话。', hint: '查看会话：gantry ai sessions ls' },
  { reason: 'plan', text: '该会话中没有名为 {plan} 的待批准操作。', hint: '请重新提问，并批准届时列出的操作。' },
  { reason: 'approval', text: '没有等待答复的操作。', hint: '可能已在另一处界面答复。' },
  { reason: 'message', text: '该会话中没有这条回答。' },
];

export const assistantInvalidZh: readonly ErrorText[] = [
  { reason: 'terms', text: '当前条款的版本是 {version}。', hint: '请阅读并接受该版本。' },
  {
    reason: 'disclosure',
    text: '这不是当前模型的数据说明。',
    hint: '请重新查看会离开本机的数据：gantry ai',
  },
  {
    reason: 'plan',
    text: '列出的操作现在会产生不同的效果，因此未执行。',
    hint: '请重新提问，并批准届时列出的操作。',
  },
  {
    reason: 'compose_file',
    text: '无法在这里修改 Compose 文件：{detail}。',
    hint: '请按诊断所示手动修改。',
  },
];
