import type { enAiDockerfile } from './en-ai-dockerfile.ts';

export const zhAiDockerfile: Readonly<Record<keyof typeof enAiDockerfile, string>> = {
  'ai.rate.noDockerfile': '{path} 中没有 Dockerfile。',
  'ai.rate.noDockerfileHint': '请指定一个，或运行以下命令生成：gantry ai generate',
  'help.ai.rate': '为 Dockerfile 评分并给出改进方法',
  'help.ai.rate.path': 'Dockerfile、目录，或用 - 表示标准输入（默认：当前目录）',
  'help.ai.rate.format': '输出格式',
  'help.ai.rate.output': '把报告写入此文件',
  'help.ai.rate.failUnder': '有文件得分低于此值时以退出码 1 结束（0 到 100）',
  'help.ai.rate.failOn': '有此级别或更严重的问题时以退出码 1 结束',
  'help.ai.rate.context': '构建上下文目录（默认：Dockerfile 所在目录）',
  'help.ai.rate.config': '设置文件（默认：当前目录或上级目录中的 .gantry-dockerfile.yaml）',
  'help.ai.rate.explain': '同时说明每个问题的原因',
  'help.ai.rate.color': '输出是否使用颜色',
};
