/** What somebody wants that can be answered from facts, without any model. */
export type Intent =
  | { readonly kind: 'rate' | 'fix' | 'generate'; readonly path: string | undefined }
  /** Undefined: the one that failed last. */
  | { readonly kind: 'why'; readonly container: string | undefined }
  | { readonly kind: 'run' | 'scan'; readonly image: string | undefined }
  | { readonly kind: 'doctor' | 'disk' | 'containers' | 'images' | 'volumes' | 'networks' | 'models' | 'capabilities' };

export type Language = 'en' | 'zh';

/** The language that a question is written in: any Chinese letters make it Chinese. */
export function languageOf(question: string): Language | undefined {
  if (/\p{Script=Han}/u.test(question)) return 'zh';
  return /[a-z]{2}/i.test(question) ? 'en' : undefined;
}

interface Rule {
  readonly pattern: RegExp;
  /** Words that mean something else was asked. */
  readonly unless?: RegExp;
  intent(question: string): Intent;
}

const dockerfile = String.raw`(?:docker\s?file|containerfile)`;
const container = String.raw`(?:container|服务|容器)`;

/** The first that fits. What asks for an action that only a model or a person can judge fits none of them. */
const rules: readonly Rule[] = [
  {
    pattern:
      /^(?:what (?:can|do) you (?:do|help)|who are you|help(?:\W*$)|how can you help|capabilities|what are you|你能做什么|你会做什么|你会什么|你是谁|帮助|能帮我做(?:些)?什么|有什么功能)/i,
    intent: () => ({ kind: 'capabilities' }),
  },
  {
    pattern: new RegExp(
      String.raw`\b(?:fix|repair|improve|optimi[sz]e)\b.*\b${dockerfile}|(?:修复|优化|改进|修正).*${dockerfile}|${dockerfile}.*(?:修复|优化|改进|修正)`,
      'i',
    ),
    intent: (question) => ({ kind: 'fix', path: pathIn(question) }),
  },
  {
    pattern: new RegExp(
      String.raw`\b(?:rate|review|check|lint|score|grade|audit|analy[sz]e)\b.*${dockerfile}|\bhow good is\b.*${dockerfile}|(?:评分|评估|评价|检查|审查|打分|分析).*${dockerfile}|${dockerfile}.*(?:评分|评估|怎么样|打分|检查|问题)`,
      'i',
    ),
    intent: (question) => ({ kind: 'rate', path: pathIn(question) }),
  },
  {
    pattern: new RegExp(
      String.raw`\b(?:write|create|generate|make|add)\b.*${dockerfile}|\b(?:dockeri[sz]e|containeri[sz]e)\b|(?:生成|编写|写一个|创建|添加).*${dockerfile}|容器化`,
      'i',
    ),
    intent: (question) => ({ kind: 'generate', path: directoryIn(question) }),
  },
  {
    pattern: new RegExp(
      [
        String.raw`\bwhy\b.*\b(?:crash|exit|fail|stop|die[ds]?|dying|restart|unhealthy|start|running|work|kill|down|come up|boot)`,
        String.raw`(?:\bnot|n't|n’t)\s+(?:run|start|boot|come up|stay up)\b|\bkeeps?\s+(?:crash|exit|fail|stop|dying|restart)`,
        String.raw`\bexited\s+(?:with|\(?\d)|\b(?:diagnose|troubleshoot|debug)\b|what(?:'s| is) wrong with`,
        '为什么.*(?:崩溃|退出|失败|停止|重启|不健康|启动|挂|无法|不能)|(?:诊断|排查|排障)',
        '(?:一直|总是|老是|不断|反复)(?:崩溃|退出|重启|失败)|起不来|启动不了|跑不起来|无法启动',
      ].join('|'),
      'i',
    ),
    unless: /\b(?:build|pull|push|dockerfile|as root|should)\b|构建|拉取/i,
    intent: (question) => ({ kind: 'why', container: nameAfter(question, container) }),
  },
  {
    pattern: /\b(?:scan|vulnerabilit(?:y|ies)|cves?|sbom|packages in|inventory|secure)\b|扫描|漏洞|软件包清单/i,
    intent: (question) => ({ kind: 'scan', image: imageIn(question) }),
  },
  {
    pattern:
      /\b(?:health ?check|check|examine|is everything)\b.*\b(?:engine|docker|everything|system|all(?: right| ok)?)\b|\bdoctor\b|(?:检查|体检).*(?:引擎|docker|系统|一切)|一切正常吗/i,
    unless: new RegExp(dockerfile, 'i'),
    intent: () => ({ kind: 'doctor' }),
  },
  {
    pattern: /\b(?:disk|space|storage)\b|clean ?up|磁盘|空间|占用|清理/i,
    intent: () => ({ kind: 'disk' }),
  },
  {
    pattern: /\b(?:run|start|launch|set ?up)\b\s+(?:an?\s+|the\s+|me\s+)*[\w./:@-]+|(?:运行|启动|跑一个|跑)/i,
    unless: /\b(?:running|stopped|commands?|tests?|script|again|why|should)\b/i,
    intent: (question) => ({ kind: 'run', image: imageIn(question) }),
  },
  listing('containers', String.raw`containers?`, '容器'),
  listing('images', String.raw`images?`, '镜像'),
  listing('volumes', String.raw`volumes?`, '(?:数据)?卷'),
  listing('networks', String.raw`networks?`, '网络'),
  listing('models', String.raw`models?`, '模型'),
];

function listing(
  kind: 'containers' | 'images' | 'volumes' | 'networks' | 'models',
  english: string,
  chinese: string,
): Rule {
  return {
    pattern: new RegExp(
      String.raw`\b(?:list|show|what|which|how many|are there|do i have)\b.*\b${english}\b|(?:列出|显示|查看|哪些|有多少|几个|什么).*${chinese}|${chinese}.*(?:有哪些|列表|有几个|有多少)`,
      'i',
    ),
    intent: () => ({ kind }),
  };
}

const maxLength = 500;

/** Reads a short question; a long one is for a model. */
export function recognise(question: string): Intent | undefined {
  const plain = question.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');
  if (plain === '' || plain.length > maxLength) return undefined;
  return rules.find(({ pattern, unless }) => pattern.test(plain) && !(unless?.test(plain) ?? false))?.intent(plain);
}

/** A path that is written as one: with a slash, or named like a Dockerfile. */
function pathIn(question: string): string | undefined {
  const quoted = /["'`“]([^"'`”]+)["'`”]/.exec(question)?.[1];
  if (quoted !== undefined) return quoted;
  return question
    .split(/[\s,，。？?]+/)
    .find(
      (word) =>
        /[/\\]/.test(word) ||
        /^(?:[\w-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w-]+)+$|^[\w-]+\.(?:Dockerfile|Containerfile)$/.test(word),
    );
}

function directoryIn(question: string): string | undefined {
  const path = pathIn(question);
  return path !== undefined && /[/\\]/.test(path) ? path : undefined;
}

const notNames = new Set(
  'my the a an this that is are was were did does do not container containers docker it its our your again keep keeps crash crashed crashing exit exited exits fail failed fails stop stopped start started unhealthy restart restarting why with for named called wrong what in on of and to me please running can could last latest just immediately always be being won t doesn isn don cannot dying come comes up boot stay stays code status kept run running'.split(
    ' ',
  ),
);

/** A name beside the word for container, in quotes, or the only word that is no other. */
function nameAfter(question: string, noun: string): string | undefined {
  const quoted = /["'`“]([\w][\w.-]*)["'`”]/.exec(question)?.[1];
  if (quoted !== undefined) return quoted;
  const beside = new RegExp(String.raw`([\w][\w.-]*)\s*${noun}|${noun}\s*([\w][\w.-]*)`, 'iu').exec(question);
  const names = [beside?.[2], beside?.[1], ...question.split(/[^\w.-]+/)];
  return names.find(
    (name) =>
      name !== undefined && /^[A-Za-z0-9][\w.-]*$/.test(name) && name.length > 1 && !notNames.has(name.toLowerCase()),
  );
}

const notImages = new Set([
  ...notNames,
  'run',
  'start',
  'launch',
  'set',
  'up',
  'setup',
  'scan',
  'image',
  'images',
  'vulnerabilities',
  'vulnerability',
  'cve',
  'cves',
  'sbom',
  'packages',
  'package',
  'check',
  'any',
  'there',
  'how',
  'show',
  'list',
  'find',
  'create',
  'generate',
  'server',
  'database',
  'persistence',
  'from',
  'using',
  'as',
  'has',
  'have',
  'inventory',
  'secure',
  'help',
  'want',
  'would',
  'like',
  'you',
  'give',
  'make',
  'get',
]);

function imageIn(question: string): string | undefined {
  const words = question.match(/[A-Za-z0-9][\w./:@-]*/g) ?? [];
  const written = words.map((word) => word.replace(/[.:,]+$/, ''));
  return (
    written.find((word) => /[:/]/.test(word) && !/^https?:/.test(word)) ??
    written.find((word) => !notImages.has(word.toLowerCase()))
  );
}
