import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf, recognise, type Intent } from './recognise.ts';

const cases: readonly [string, Intent | undefined][] = [
  ['rate my Dockerfile', { kind: 'rate', path: undefined }],
  ['Please review the dockerfile in ./services/api/Dockerfile', { kind: 'rate', path: './services/api/Dockerfile' }],
  ['check build/Dockerfile for best practices', { kind: 'rate', path: 'build/Dockerfile' }],
  ['rate Dockerfile.prod', { kind: 'rate', path: 'Dockerfile.prod' }],
  ['给我的 Dockerfile 打分', { kind: 'rate', path: undefined }],
  ['检查 api/Dockerfile', { kind: 'rate', path: 'api/Dockerfile' }],
  ['optimise my Dockerfile', { kind: 'fix', path: undefined }],
  ['优化这个 Dockerfile', { kind: 'fix', path: undefined }],
  ['write a Dockerfile for this project', { kind: 'generate', path: undefined }],
  ['containerize ./web', { kind: 'generate', path: './web' }],
  ['为这个项目生成 Dockerfile', { kind: 'generate', path: undefined }],
  ['why did my container crash', { kind: 'why', container: undefined }],
  ['why did my postgres container crash?', { kind: 'why', container: 'postgres' }],
  ['Why is container web-1 unhealthy?', { kind: 'why', container: 'web-1' }],
  ['why does db keep restarting', { kind: 'why', container: 'db' }],
  ["what's wrong with api", { kind: 'why', container: 'api' }],
  ['diagnose "my.app"', { kind: 'why', container: 'my.app' }],
  ['为什么容器 web 启动失败', { kind: 'why', container: 'web' }],
  ['为什么我的容器崩溃了？', { kind: 'why', container: undefined }],
  ['诊断 db', { kind: 'why', container: 'db' }],
  ['why does shop-db-1 not run?', { kind: 'why', container: 'shop-db-1' }],
  ["why doesn't web come up", { kind: 'why', container: 'web' }],
  ['my worker container keeps crashing', { kind: 'why', container: 'worker' }],
  ["api won't start", { kind: 'why', container: 'api' }],
  ['db exited with code 137', { kind: 'why', container: 'db' }],
  ['web 一直重启', { kind: 'why', container: 'web' }],
  ['容器 api 起不来', { kind: 'why', container: 'api' }],
  ['why should I not run as root', undefined],
  ["the build won't start", undefined],
  ['run redis', { kind: 'run', image: 'redis' }],
  ['run a postgres:16 container with persistence', { kind: 'run', image: 'postgres:16' }],
  ['start ghcr.io/org/app:1.2', { kind: 'run', image: 'ghcr.io/org/app:1.2' }],
  ['运行 nginx', { kind: 'run', image: 'nginx' }],
  ['scan nginx:latest', { kind: 'scan', image: 'nginx:latest' }],
  ['are there vulnerabilities in my image python:3.12', { kind: 'scan', image: 'python:3.12' }],
  ['扫描镜像 redis:7', { kind: 'scan', image: 'redis:7' }],
  ['list my containers', { kind: 'containers' }],
  ['which containers are running?', { kind: 'containers' }],
  ['有哪些容器', { kind: 'containers' }],
  ['show images', { kind: 'images' }],
  ['列出镜像', { kind: 'images' }],
  ['what volumes do I have', { kind: 'volumes' }],
  ['列出网络', { kind: 'networks' }],
  ['which models are there', { kind: 'models' }],
  ['how much disk space does docker use', { kind: 'disk' }],
  ['清理磁盘', { kind: 'disk' }],
  ['is everything all right?', { kind: 'doctor' }],
  ['check my docker engine', { kind: 'doctor' }],
  ['what can you do?', { kind: 'capabilities' }],
  ['你能做什么？', { kind: 'capabilities' }],
  ['help', { kind: 'capabilities' }],
  ['write a poem', undefined],
  ['why does my build fail at pip install', undefined],
  ['what is the difference between CMD and ENTRYPOINT', undefined],
  ['', undefined],
];

describe('a question', () => {
  it.each(cases)('%j is understood', (question, intent) => {
    expect(recognise(question)).toEqual(intent);
  });

  it('of any kind is read quickly and without failing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (question) => {
        recognise(question);
        recognise(`why ${question} crash ${question}`);
      }),
    );
  });

  it('has a language', () => {
    expect(languageOf('你能做什么？')).toBe('zh');
    expect(languageOf('Dockerfile 怎么样')).toBe('zh');
    expect(languageOf('what can you do')).toBe('en');
    expect(languageOf('?!')).toBeUndefined();
  });
});
