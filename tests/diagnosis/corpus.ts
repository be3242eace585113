import { readFile, readdir } from 'node:fs/promises';
import { z } from 'zod';
import { diagnose, readEvidence, type Diagnosis, type RawEvidence } from '#diagnosis';

const other = z.object({
  name: z.string(),
  image: z.string(),
  state: z.string(),
  service: z.string().optional(),
  hostPort: z.number().optional(),
  volumes: z.array(z.string()).optional(),
});

/** A failure in short: what of the evidence is not as usual. Messages are those that the programs are documented to print. */
const recorded = z.object({
  expect: z.string(),
  text: z.string().optional(),
  image: z.string().optional(),
  exit: z.number().optional(),
  env: z.array(z.string()).optional(),
  log: z.array(z.string()).optional(),
  output: z.array(z.string()).optional(),
  error: z.string().optional(),
  running: z.boolean().optional(),
  oom: z.boolean().optional(),
  memory: z.number().optional(),
  user: z.string().optional(),
  network: z.string().optional(),
  architecture: z.string().optional(),
  ports: z.record(z.string(), z.unknown()).optional(),
  volumes: z.array(z.string()).optional(),
  others: z.array(other).optional(),
});

export type Recorded = z.output<typeof recorded>;

const folder = new URL('../corpus/diagnosis/', import.meta.url);

export async function readCorpus(): Promise<readonly Recorded[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  return texts.flatMap((text) => z.array(recorded).parse(JSON.parse(text)));
}

/** The whole evidence, in the Engine's words. */
export function rawOf(one: Recorded): RawEvidence {
  if (one.output) return { target: '-', output: one.output };
  const config = { Image: one.image, Env: one.env ?? [], User: one.user ?? '', Cmd: ['serve'], Entrypoint: ['/start'] };
  return {
    target: 'web',
    inspect: {
      Id: 'c0ffee',
      Name: '/web',
      State: {
        Status: one.running ? 'running' : one.error === undefined ? 'exited' : 'created',
        Running: one.running === true,
        ExitCode: one.exit ?? 1,
        OOMKilled: one.oom === true,
        Error: one.error ?? '',
        StartedAt: '2026-01-01T10:00:00Z',
        FinishedAt: one.running ? '0001-01-01T00:00:00Z' : '2026-01-01T10:00:05Z',
      },
      Config: config,
      HostConfig: { NetworkMode: one.network ?? 'default', Memory: one.memory ?? 0, PortBindings: one.ports ?? {} },
      Mounts: (one.volumes ?? []).map((name) => ({
        Type: 'volume',
        Name: name,
        Source: `/v/${name}`,
        Destination: '/data',
        RW: true,
      })),
      NetworkSettings: { Networks: { [one.network ?? 'bridge']: {} } },
    },
    image: {
      Architecture: one.architecture ?? 'amd64',
      RepoTags: [one.image],
      Config: { Cmd: ['serve'], Entrypoint: ['/start'] },
    },
    info: { Architecture: 'x86_64' },
    containers: (one.others ?? []).map((each) => ({
      Id: each.name,
      Names: [`/${each.name}`],
      Image: each.image,
      State: each.state,
      Status: 'Up 2 seconds',
      Labels: each.service === undefined ? {} : { 'com.docker.compose.service': each.service },
      Ports: each.hostPort === undefined ? [] : [{ PrivatePort: 80, PublicPort: each.hostPort }],
      Mounts: (each.volumes ?? []).map((Name) => ({ Name })),
    })),
    log: one.log ?? [],
  };
}

export function diagnoseRecorded(one: Recorded): Diagnosis {
  return diagnose(readEvidence(rawOf(one)));
}

/** `well` and `unknown` are verdicts: nothing may be blamed where nothing is known to be wrong. */
export function isAsExpected({ expect }: Recorded, { verdict, causes }: Diagnosis): boolean {
  if (expect === 'well') return verdict === 'well';
  if (expect === 'unknown') return verdict === 'cause_unknown';
  return verdict === 'cause_found' && causes[0]?.id === expect;
}
