import type { FixKind, Severity, DimensionId } from '../rules/types.ts';
import type { Language } from './types.ts';

export interface Labels {
  readonly dimensions: Readonly<Record<DimensionId, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly fixes: Readonly<Record<FixKind, string>>;
  readonly report: string;
  readonly score: string;
  readonly grade: string;
  readonly dimension: string;
  readonly line: string;
  readonly finding: string;
  readonly why: string;
  readonly fix: string;
  readonly none: string;
  readonly notApplicable: string;
  readonly ignored: string;
}

export const labels: Readonly<Record<Language, Labels>> = {
  en: {
    dimensions: {
      cache: 'Build cache',
      security: 'Security',
      size: 'Image size',
      'best-practice': 'Best practice',
      maintainability: 'Maintainability',
      reproducibility: 'Reproducibility',
      portability: 'Portability',
      resources: 'Resource efficiency',
    },
    severities: { error: 'error', warning: 'warning', info: 'info' },
    fixes: { safe: 'can be fixed automatically', review: 'needs a look', advice: 'advice' },
    report: 'Dockerfile rating',
    score: 'Score',
    grade: 'Grade',
    dimension: 'Dimension',
    line: 'Line',
    finding: 'Finding',
    why: 'Why',
    fix: 'Fix',
    none: 'Nothing to improve.',
    notApplicable: 'not applicable',
    ignored: 'turned off by comments',
  },
  zh: {
    dimensions: {
      cache: '构建缓存',
      security: '安全',
      size: '镜像大小',
      'best-practice': '最佳实践',
      maintainability: '可维护性',
      reproducibility: '可重现性',
      portability: '可移植性',
      resources: '资源效率',
    },
    severities: { error: '错误', warning: '警告', info: '提示' },
    fixes: { safe: '可自动修复', review: '需人工确认', advice: '建议' },
    report: 'Dockerfile 评分',
    score: '得分',
    grade: '等级',
    dimension: '维度',
    line: '行',
    finding: '问题',
    why: '原因',
    fix: '修复',
    none: '没有需要改进之处。',
    notApplicable: '不适用',
    ignored: '已被注释关闭',
  },
};
