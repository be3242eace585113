import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import { readEvidence, type RawEvidence } from './evidence/read-evidence.ts';
import { shellLines } from './fixes/shell.ts';
import { explain } from './texts/explain.ts';

const exited = (more: Record<string, unknown> = {}, log: readonly string[] = []): RawEvidence => ({
  target: 'db',
  inspect: {
    Id: 'f00d',
    Name: '/db',
    Image: 'sha256:1',
    State: { Status: 'exited', ExitCode: 1, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '2026-01-01T00:00:01Z' },
    Config: { Image: 'postgres:16', Env: [], Cmd: ['postgres'] },
    HostConfig: { NetworkMode: 'default' },
    ...more,
  },
  log,
});

const postgresSays = 'Error: Database is uninitialized and superuser password is not specified.';

describe('a diagnosis', () => {
  it('names the missing password of postgres, with a fix that keeps the password out of the arguments', () => {
    const diagnosis = diagnose(readEvidence(exited({}, [postgresSays])));
    expect(diagnosis.verdict).toBe('cause_found');
    const [cause] = diagnosis.causes;
    expect(cause?.id).toBe('C18');
    expect(cause?.evidence.map(({ text }) => text)).toEqual([
      postgresSays,
      'Config.Env: POSTGRES_PASSWORD absent',
      'Config.Image = postgres:16',
    ]);
    expect(cause?.fixes.flatMap((fix) => shellLines(fix, 'db'))).toEqual([
      'export POSTGRES_PASSWORD="$(openssl rand -hex 16)"',
      'docker rm db',
      'docker run -d --name db -e POSTGRES_PASSWORD postgres:16 postgres',
    ]);
    expect(cause && explain(cause, 'zh').title).toBe('PostgreSQL 没有设置超级用户密码');
  });

  it('says so when nothing matches, with the lines that say most', () => {
    const diagnosis = diagnose(
      readEvidence(
        exited({ State: { Status: 'exited', ExitCode: 42 } }, ['one', 'frobnicator failed to frobnicate', 'two']),
      ),
    );
    expect(diagnosis).toMatchObject({ verdict: 'cause_unknown', causes: [] });
    expect(diagnosis.telling.map(({ text }) => text)).toEqual(['frobnicator failed to frobnicate']);
  });

  it('finds nothing wrong with a container that runs', () => {
    const running = exited({ State: { Status: 'running', Running: true, StartedAt: '2026-01-01T00:00:00Z' } }, [
      'ready',
    ]);
    expect(diagnose(readEvidence(running)).verdict).toBe('well');
  });

  it('quotes no secrets and nothing that a terminal would act on', () => {
    const log = ['\u001B[31mError: connect failed\u001B[0m \u202Epassword=hunter22secret postgres://u:pw12345@db/x'];
    const { causes } = diagnose(readEvidence(exited({}, log)));
    const text = JSON.stringify(causes);
    expect(text).not.toMatch(/hunter22secret|pw12345|\\u001b|\u202E/i);
    expect(text).toContain('[redacted]');
  });

  it('never throws, whatever the Engine answers', () => {
    const anything = fc.object({ maxDepth: 4 });
    fc.assert(
      fc.property(anything, fc.array(fc.string()), fc.array(fc.object()), (inspect, log, events) => {
        const raw = { target: 'x', inspect, image: inspect, info: inspect, containers: [inspect], events, log };
        expect(diagnose(readEvidence(raw)).causes.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for the same evidence', () => {
    const raw = exited({}, [postgresSays]);
    expect(diagnose(readEvidence(raw))).toEqual(diagnose(readEvidence(raw)));
  });
});
