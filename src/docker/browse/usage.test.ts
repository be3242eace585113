import { describe, expect, it } from 'vitest';
import { answeringEngine, createManualClock } from '#testing';
import { readCounters, usageBetween } from './usage.ts';
import { createUsageFeed, type UsageNews } from './usage-feed.ts';

const answer = (cpu: number, system: number): unknown => ({
  read: '2026-11-25T10:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: cpu }, system_cpu_usage: system, online_cpus: 2 },
  memory_stats: { usage: 1000, limit: 4000, stats: { inactive_file: 400 } },
  networks: { eth0: { rx_bytes: 5, tx_bytes: 6 }, eth1: { rx_bytes: 1, tx_bytes: 1 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'Read', value: 7 },
      { op: 'Write', value: 8 },
    ],
  },
});

describe('what a container uses', () => {
  it('counts CPU between two moments, 100 being one processor, and no pages of files as memory', async () => {
    const docker = answeringEngine({ 'GET /containers/a/stats': answer(100, 1000) });
    const before = await readCounters(docker, 'a');
    expect(usageBetween(undefined, before).cpuPercent).toBeUndefined();
    expect(usageBetween(before, { ...before, cpuNs: 200, systemNs: 1400 })).toMatchObject({
      cpuPercent: 50,
      memoryBytes: 600,
      receivedBytes: 6,
      writtenBytes: 8,
    });
  });

  it('has no CPU where the counters went back: the container was started anew', async () => {
    const docker = answeringEngine({ 'GET /containers/a/stats': answer(100, 1000) });
    const now = await readCounters(docker, 'a');
    expect(usageBetween({ ...now, cpuNs: 900, systemNs: 500 }, now).cpuPercent).toBeUndefined();
  });
});

describe('the feed of usage', () => {
  it('asks the Engine only while somebody listens, and once for all of them', async () => {
    const docker = answeringEngine({
      'GET /containers/json': [
        { Id: 'a', State: 'running' },
        { Id: 'b', State: 'exited' },
      ],
      'GET /containers/a/stats': answer(100, 1000),
    });
    const feed = createUsageFeed({ docker, clock: createManualClock() });
    expect(docker.asked).toEqual([]);
    const heard: UsageNews[] = [];
    const first = await new Promise<() => void>((resolve) => {
      const leave = feed.listen((news) => {
        heard.push(news);
        resolve(() => leave());
      });
    });
    const late: UsageNews[] = [];
    const leaveLate = feed.listen((news) => late.push(news));
    expect(late).toEqual(heard);
    expect(docker.asked).toEqual(['GET /containers/json', 'GET /containers/a/stats']);
    const [news] = heard;
    expect(news?.type === 'usage' && [...news.containers.keys()]).toEqual(['a']);
    first();
    leaveLate();
    const after = docker.asked.length;
    feed.listen(() => undefined)();
    expect(docker.asked.length).toBeLessThanOrEqual(after + 1);
  });
});
