import { describe, expect, it } from 'vitest';
import { rateDockerfile } from './rate.ts';
import { catalogue } from './rules/catalogue.ts';
import { facts } from './rules/catalogue-facts.ts';
import { findingText, ruleText } from './texts/index.ts';

const ids = (source: string): string[] => rateDockerfile(source).findings.map(({ id }) => id);

describe('the catalogue', () => {
  it('has the 114 rules, each with a check', () => {
    expect(catalogue).toHaveLength(114);
    expect(catalogue.map(({ id }) => id)).toEqual(Object.keys(facts));
  });

  it.each(catalogue.map(({ id }) => id))('tells %s in both languages', (id) => {
    const [en, zh] = [ruleText(id, 'en'), ruleText(id, 'zh')];
    for (const text of [zh.title, zh.why, zh.fix, ...Object.values(zh.variants ?? {})])
      expect(text).toMatch(/\p{Script=Han}/u);
    expect(Object.keys(zh.variants ?? {})).toEqual(Object.keys(en.variants ?? {}));
    expect(en.why).not.toBe('');
  });
});

describe('a rating', () => {
  const source = 'FROM node\nADD . /app\nWORKDIR app\nRUN npm install\nCMD npm start\n';

  it('is the same for the same text', () => {
    expect(JSON.stringify(rateDockerfile(source))).toBe(JSON.stringify(rateDockerfile(source)));
  });

  it('names line, severity and evidence of each finding', () => {
    const add = rateDockerfile(source).findings.find(({ id }) => id === 'SEC08');
    expect(add).toMatchObject({
      line: 2,
      severity: 'warning',
      dimension: 'security',
      evidence: 'ADD . /app',
      fix: 'safe',
    });
  });

  it('is capped while an error of security is open', () => {
    const { score, grade, dimensions } = rateDockerfile('FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n');
    expect(dimensions.security).toBe(75);
    expect([score, grade]).toEqual([59, 'F']);
  });

  it('does not repeat a secret', () => {
    const { findings } = rateDockerfile(
      'FROM alpine:3.22\nENV DB_PASSWORD=hunter2secret\nRUN curl https://joe:hunter2secret@example.com/x -o /x\n',
    );
    expect(findings.some(({ id }) => id === 'SEC02')).toBe(true);
    expect(findings.some(({ id }) => id === 'SEC19')).toBe(true);
    const told = findings.filter(({ id }) => id === 'SEC02' || id === 'SEC19');
    expect(JSON.stringify(told)).not.toContain('hunter2secret');
  });

  it('fills every value into its sentences', () => {
    for (const finding of rateDockerfile(source).findings) {
      const { title, why, fix } = findingText(finding, 'en');
      expect(`${title} ${why} ${fix}`).not.toMatch(/\{\w+\}/);
    }
  });
});

describe('a comment', () => {
  it('turns a finding of the next instruction off by our name or another tool’s', () => {
    expect(ids('FROM alpine:3.22\n# gantry ignore=SEC08 the archive comes later\nADD x /x\n')).not.toContain('SEC08');
    expect(ids('FROM alpine:3.22\n# hadolint ignore=DL3020\nADD x /x\n')).not.toContain('SEC08');
    expect(ids('FROM alpine:3.22\n# hadolint ignore=DL3020\nCOPY y /y\nADD x /x\n')).toContain('SEC08');
  });

  it('turns findings of the whole file off', () => {
    expect(ids('# hadolint global ignore=DL3020\nFROM alpine:3.22\nCOPY y /y\nADD x /x\n')).not.toContain('SEC08');
    expect(ids('# check=skip=JSONArgsRecommended\nFROM alpine:3.22\nCMD run it\n')).not.toContain('BP01');
  });

  it('is asked for its reason', () => {
    expect(ids('FROM alpine:3.22\n# gantry ignore=SEC08\nADD x /x\n')).toContain('MNT08');
    expect(ids('FROM alpine:3.22\n# gantry ignore=SEC08 because of y\nADD x /x\n')).not.toContain('MNT08');
  });
});
