import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixDockerfile, unifiedDiff } from './fix.ts';

const fixed = (source: string): string => fixDockerfile(source).source;

describe('fixing a Dockerfile', () => {
  it('rewrites what has one right form', () => {
    expect(
      fixed('FROM debian:12-slim\nMAINTAINER joe\nADD app /app\nENV FOO bar baz\nUSER 1000\nCMD server --port 80\n'),
    ).toBe(
      'FROM debian:12-slim\nLABEL org.opencontainers.image.authors="joe"\nCOPY app /app\nENV FOO="bar baz"\nUSER 1000\nCMD ["server", "--port", "80"]\n',
    );
  });

  it('completes commands of package managers', () => {
    expect(fixed('FROM debian:12-slim\nRUN apt update && apt install git curl\n')).toBe(
      'FROM debian:12-slim\nRUN apt-get update && apt-get install --no-install-recommends -y git curl \\\n    && rm -rf /var/lib/apt/lists/*\n',
    );
    expect(fixed('FROM alpine:3.22\nRUN apk add curl\n')).toContain('apk add --no-cache curl');
    expect(fixed('FROM rockylinux:9.4\nRUN dnf install -y httpd\n')).toContain('&& dnf clean all');
    expect(fixed('FROM python:3.13-slim\nRUN pip install flask==3.1.0\n')).toContain(
      'pip install --no-cache-dir flask',
    );
  });

  it('keeps what a shell has to read', () => {
    expect(fixed('FROM alpine:3.22\nCMD server --port $PORT && echo done\n')).toContain(
      'CMD server --port $PORT && echo done',
    );
    expect(fixed('FROM alpine:3.22\nENTRYPOINT ["a"]\nCMD b c\n')).toContain('CMD b c');
  });

  it('leaves to a person what may do something else', () => {
    expect(fixed('FROM alpine:3.22\nADD *.bin data.gz /x/\n')).toContain('ADD *.bin data.gz /x/');
    const base = 'FROM node:22.14-slim AS base\nCMD ["node", "x.js"]\nFROM base\nRUN npm ci\n';
    expect(fixed(base)).not.toContain('NODE_ENV');
  });

  it('changes only the dimensions for the better', () => {
    const { before, after } = fixDockerfile(
      'FROM node:22.14\nADD . /app\nRUN sudo apt-get install vim\nEXPOSE 80/TCP\nCMD npm start\n',
    );
    expect(after.findings.length).toBeLessThan(before.findings.length);
    expect(after.score).toBeGreaterThanOrEqual(before.score);
  });

  const line = fc.constantFrom(
    'FROM debian:12-slim AS Base',
    'FROM alpine:3.22',
    'FROM python:3.13',
    'from node:22.14 as x',
    'RUN apt-get update && apt-get install curl git',
    'RUN apt update; apt install -y zlib bash curl awk',
    'RUN apk add git \\\n\n  curl',
    'RUN sudo make -j',
    'RUN cat /a | grep b',
    'RUN pip install -r requirements.txt',
    'RUN --mount=type=cache,target=/x wget https://example.com/x-1.0',
    'ADD a b /c',
    'COPY --from=0 /a /app/a',
    'ENV A b',
    'MAINTAINER joe',
    'EXPOSE 80/UDP 8080:80',
    'WORKDIR app',
    'HEALTHCHECK --interval=1s CMD true',
    'CMD python app.py',
    'CMD ["node", "x"]',
    'ENTRYPOINT server run',
    'USER app',
    'RUN useradd -u 10001 app',
    'RUN <<EOF\napt-get update\napt-get install -y curl\nEOF',
  );

  it('is done after one time, and never makes the rating worse', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const once = fixDockerfile(`${lines.join('\n')}\n`);
        expect(fixed(once.source)).toBe(once.source);
        expect(once.after.score).toBeGreaterThanOrEqual(once.before.score);
        expect(once.after.findings.length).toBeLessThanOrEqual(once.before.findings.length + 2);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe('the diff', () => {
  it('is what git apply reads', () => {
    expect(unifiedDiff('Dockerfile', 'FROM a\nADD x /x\n', 'FROM a\nCOPY x /x\n')).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-ADD x /x\n+COPY x /x\n',
    );
  });

  it('is empty without a change', () => {
    expect(unifiedDiff('Dockerfile', 'FROM a\n', 'FROM a\n')).toBe('');
  });
});
