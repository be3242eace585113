import type { enAssistant } from './en-assistant.ts';

export const zhAssistant = {
  'ai.facts.rate': '评分',
  'ai.facts.fix': '修复',
  'ai.facts.generate': '项目文件',
  'ai.facts.why': '诊断',
  'ai.facts.run': '运行方式',
  'ai.facts.scan': '镜像内容',
  'ai.facts.doctor': 'Docker Engine 状况',
  'ai.facts.disk': '磁盘空间',
  'ai.facts.containers': '容器',
  'ai.facts.images': '镜像',
  'ai.facts.volumes': '卷',
  'ai.facts.networks': '网络',
  'ai.facts.models': '模型',
  'ai.facts.capabilities': '我能做什么',
} as const satisfies Record<keyof typeof enAssistant, string>;
