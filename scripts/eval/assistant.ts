import { keepToFacts, recognise, type Intent } from '#assistant';
import { createAssistantWorld } from '../../src/assistant/testing/assistant-world.ts';
import { calls, says, scriptedModel, tool } from '../../src/assistant/testing/scripted.ts';
import type { EvalResult, Tally } from './table.ts';

/** What a question must be answered by; `model`: no rule may take it. */
const questions: readonly (readonly [kind: Intent['kind'] | 'model', question: string])[] = [
  ['capabilities', 'What can you do?'],
  ['capabilities', '你能做什么？'],
  ['capabilities', 'who are you'],
  ['rate', 'rate my Dockerfile'],
  ['rate', 'Please review the Dockerfile in ./api/'],
  ['rate', 'how good is my dockerfile'],
  ['rate', '给我的 Dockerfile 打分'],
  ['rate', '检查一下 Dockerfile 有没有问题'],
  ['fix', 'optimise my Dockerfile'],
  ['fix', 'improve the Dockerfile please'],
  ['fix', '优化我的 Dockerfile'],
  ['generate', 'write a Dockerfile for this project'],
  ['generate', 'dockerize this app'],
  ['generate', '为这个项目生成 Dockerfile'],
  ['generate', '把这个项目容器化'],
  ['why', 'why did my container crash?'],
  ['why', 'why did my postgres container exit'],
  ['why', 'Why does db keep restarting'],
  ['why', 'troubleshoot container web'],
  ['why', '为什么我的容器崩溃了？'],
  ['why', '为什么 web 容器一直重启'],
  ['scan', 'scan nginx:latest'],
  ['scan', 'are there vulnerabilities in node:20'],
  ['scan', '扫描 nginx:latest 的漏洞'],
  ['run', 'run postgres'],
  ['run', 'start a redis server'],
  ['run', '运行 redis'],
  ['doctor', 'is everything all right with docker?'],
  ['doctor', 'check my docker engine'],
  ['doctor', '检查一下 Docker 系统'],
  ['disk', 'how much disk space does docker use?'],
  ['disk', 'help me clean up'],
  ['disk', 'docker 占用了多少磁盘空间？'],
  ['containers', 'list containers'],
  ['containers', 'which containers are there'],
  ['containers', '列出容器'],
  ['images', 'show my images'],
  ['images', '有哪些镜像？'],
  ['volumes', 'list volumes'],
  ['volumes', '列出数据卷'],
  ['networks', 'show networks'],
  ['models', 'what models do i have'],
  ['models', '列出模型'],
  ['model', 'translate this sentence into French'],
  ['model', 'write a poem about whales'],
  ['model', 'explain the difference between CMD and ENTRYPOINT'],
  ['model', 'convert this compose file to kubernetes'],
  ['model', '解释一下 CMD 和 ENTRYPOINT 的区别'],
];

/** What a model might say about facts, and whether all of it may stay. */
const answers: readonly (readonly [facts: string, said: string, isTrue: boolean])[] = [
  ['exit code 137, limit 64MB', 'It ended with code 137.', true],
  ['exit code 137, limit 64MB', 'The limit is 64 MB, try 512 MB.', false],
  ['score 62 grade D, 14 findings', 'It scores 62, with 14 findings.', true],
  ['score 62 grade D, 14 findings', 'It scores 92.', false],
  ['退出码 1', '容器以退出码 1 结束。', true],
  ['退出码 1', '容器在 30 秒后以退出码 1 结束。', false],
  ['nginx 1.25.3, 133 packages', 'nginx 1.25.3 has 133 packages.', true],
  ['nginx 1.25.3, 133 packages', 'Upgrade to nginx 1.27.', false],
];

const risks = ['R2', 'R3', 'R4', 'R5'] as const;

/** Questions find their analyser, nothing runs that was not approved, and no number comes from a model. */
export async function evalAssistant(): Promise<EvalResult> {
  const tallies = new Map<string, { found: number; missed: number; wrong: number }>();
  const failures: string[] = [];
  const tallyOf = (name: string): { found: number; missed: number; wrong: number } => {
    const tally = tallies.get(name) ?? { found: 0, missed: 0, wrong: 0 };
    tallies.set(name, tally);
    return tally;
  };
  for (const [kind, question] of questions) {
    const found = recognise(question)?.kind ?? 'model';
    if (found === kind) tallyOf(kind).found += 1;
    else {
      tallyOf(kind).missed += 1;
      tallyOf(found).wrong += 1;
      failures.push(`${kind}, found ${found}: ${question}`);
    }
  }
  for (const [facts, said, isTrue] of answers) {
    const isKept = !keepToFacts(said, facts).isCut;
    const tally = tallyOf('numbers from facts');
    if (isKept === isTrue) tally.found += 1;
    else {
      tally[isKept ? 'wrong' : 'missed'] += 1;
      failures.push(`number ${isKept ? 'let through' : 'left out'}: ${said}`);
    }
  }
  let tried = 0;
  for (const risk of risks) {
    for (const approve of ['reject', undefined] as const) {
      const one = tool('act', { risk, script: () => 'docker rm -f web' });
      const model = scriptedModel([calls('act', 'act'), calls('act'), says('I could not.')]);
      const world = await createAssistantWorld({ model, tools: [one] });
      await world.ask({ text: 'do something about it' }, approve === undefined ? {} : { approve });
      tried += 1;
      const tally = tallyOf('nothing unapproved');
      if (one.ran === 0) tally.found += 1;
      else {
        tally.wrong += one.ran;
        failures.push(`an action of risk ${risk} ran without approval`);
      }
    }
  }
  return {
    title: 'Assistant: the right analyser, nothing unapproved, numbers from facts',
    cases: questions.length + answers.length + tried,
    tallies: [...tallies].map(([name, tally]): Tally => ({ name, ...tally })),
    failures,
    targets: { precision: 0.98, recall: 0.95 },
  };
}
