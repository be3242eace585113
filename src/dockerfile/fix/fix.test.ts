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

  it('merges an update that stands alone into the RUN that needs it', () => {
    const text = fixed('FROM debian:12-slim\nRUN apt-get update\nRUN apt-get install -y curl=8.1\n');
    expect(text).toContain('RUN apt-get update && apt-get install --no-install-recommends -y curl=8.1');
    expect(text.match(/apt-get update/g)).toHaveLength(1);
    const loose = 'FROM debian:12-slim\nRUN apt-get update\nRUN apt-get install -y curl=8.1; make\n';
    expect(fixed(loose)).toContain('RUN apt-get update\n');
  });

  it('turns cd into WORKDIR and goes back to the folder of before', () => {
    expect(fixed('FROM node:22.14-slim\nWORKDIR /app\nRUN cd web && make all\nRUN make\nUSER node\n')).toContain(
      'WORKDIR /app\nWORKDIR /app/web\nRUN make all\nWORKDIR /app\nRUN make\n',
    );
    expect(fixed('FROM node:22.14-slim\nWORKDIR /app\nRUN cd /app && make all\n')).toContain(
      'WORKDIR /app\nRUN make all',
    );
    expect(fixed('FROM node:22.14-slim\nWORKDIR /app\nRUN cd web && make all\nWORKDIR /srv\n')).toContain(
      'WORKDIR /app/web\nRUN make all\nWORKDIR /srv',
    );
    // Where the base starts is not known, or the command goes on elsewhere.
    expect(fixed('FROM example.com/base:1\nRUN cd web && make\n')).toContain('RUN cd web && make');
    expect(fixed('FROM alpine:3.22\nWORKDIR /a\nRUN cd web; make\n')).toContain('RUN cd web; make');
  });

  it('gives a variable that needs another of the same ENV an ENV of its own', () => {
    expect(fixed('FROM alpine:3.22\nENV A=/opt \\\n    B=$A/bin\n')).toContain('ENV A=/opt\nENV B=$A/bin');
    expect(fixed('FROM alpine:3.22\nENV B=$A/bin A=/opt\n')).toContain('ENV B=$A/bin A=/opt');
  });

  it('writes where files go when the base has no working directory', () => {
    expect(fixed('FROM debian:12-slim\nCOPY app bin/app\n')).toContain('COPY app /bin/app');
    expect(fixed('FROM debian:12-slim\nCOPY app .\n')).toContain('COPY app /\n');
    expect(fixed('FROM golang:1.24\nCOPY app bin/app\n')).toContain('COPY app bin/app');
  });

  it('says SHELL instead of linking another shell to sh', () => {
    expect(fixed('FROM debian:12-slim\nRUN ln -sf /bin/bash /bin/sh\nRUN make\n')).toContain(
      'SHELL ["/bin/bash", "-c"]\nRUN make',
    );
  });

  it('moves labels that change behind what takes long', () => {
    const text = fixed(
      'FROM debian:12-slim\nARG GIT_SHA\nLABEL rev=$GIT_SHA\nRUN apt-get update && apt-get install -y curl=8.1\nCMD ["curl"]\n',
    );
    expect(text.indexOf('LABEL')).toBeGreaterThan(text.indexOf('install'));
    expect(text.indexOf('LABEL')).toBeLessThan(text.indexOf('CMD'));
  });

  it('makes a start script executable while it is copied, where BuildKit builds', () => {
    const context = { paths: ['start.sh'], texts: { 'start.sh': '#!/bin/sh\nexec "$@"\n' }, executables: [] };
    const script = (head: string): string =>
      fixDockerfile(`${head}FROM alpine:3.22\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n`, { context }).source;
    expect(script('# syntax=docker/dockerfile:1\n')).toContain('COPY --chmod=0755 start.sh /start.sh');
    expect(script('')).toContain('COPY start.sh /start.sh');
  });

  it('completes .dockerignore with what no build needs, and only with that', () => {
    const files = { paths: ['.git/', 'node_modules/', 'tests/', 'index.js', 'package-lock.json', 'package.json'] };
    const source =
      'FROM node:22.14-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nUSER node\nCMD ["node", "index.js"]\n';
    const { dockerignore, before, after } = fixDockerfile(source, { context: { ...files, dockerignore: '*.log' } });
    expect(dockerignore).toBe('*.log\n.git\nnode_modules\n');
    expect(after.score).toBeGreaterThan(before.score);
    expect(fixDockerfile(source, { context: { ...files, dockerignore } }).dockerignore).toBeUndefined();
    const withGit = source.replace('npm ci', 'git describe && npm ci');
    expect(fixDockerfile(withGit, { context: files }).dockerignore).toBe('node_modules\n');
    const prebuilt = source.replace('RUN npm ci --omit=dev\n', '');
    expect(fixDockerfile(prebuilt, { context: files }).dockerignore).toBe('.git\n');
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
