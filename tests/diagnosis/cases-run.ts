import { runCommand } from '../harness.ts';
import { inspect, node, run, shell, until, type Case } from './provoke.ts';

const fill = 'const all = []; for (;;) all.push(Buffer.alloc(4e6, 1));';
const sleeper = shell('sleep 300');

/** A container that goes on while something is done to it. */
async function started(...given: Parameters<typeof run>): Promise<void> {
  const [world, container, how] = given;
  await run(world, container, { ...how, options: ['-d', ...(how.options ?? [])] });
}

async function ended(container: string): Promise<void> {
  await runCommand(['docker', 'wait', container]);
}

/** How a program starts and ends. */
export const runCases: readonly Case[] = [
  { id: 'C01', name: 'a shell without a terminal', text: 'C01.shell', provoke: (w, c) => run(w, c, {}) },
  {
    id: 'C02',
    name: 'an exception at start',
    provoke: (w, c) => run(w, c, { command: node('throw new Error("no luck today")') }),
  },
  { id: 'C03', name: 'a syntax error of the shell', provoke: (w, c) => run(w, c, { command: shell('if true; then') }) },
  {
    id: 'C03',
    name: 'an option that the program does not know',
    provoke: (w, c) => run(w, c, { command: ['ls', '--frobnicate'] }),
  },
  {
    id: 'C04',
    name: 'an option that docker does not know',
    without: true,
    provoke: (w, c) => run(w, c, { options: ['--frobnicate'] }),
  },
  {
    id: 'C05',
    name: 'a file that may not be executed',
    provoke: (w, c) => run(w, c, { command: ['/opt/not-executable'] }),
  },
  { id: 'C05', name: 'a folder as a program', provoke: (w, c) => run(w, c, { command: ['/opt'] }) },
  { id: 'C06', name: 'a program that is not there', provoke: (w, c) => run(w, c, { command: ['gunicorn'] }) },
  {
    id: 'C06',
    name: 'a program that the shell does not find',
    provoke: (w, c) => run(w, c, { command: shell('gunicorn app:app') }),
  },
  {
    id: 'C07',
    name: 'a script for a shell that is not there',
    provoke: (w, c) => run(w, c, { command: ['/opt/bash-script'] }),
  },
  {
    id: 'C08',
    name: 'a script with Windows line ends',
    provoke: (w, c) => run(w, c, { command: ['/opt/crlf-script'] }),
  },
  { id: 'C09', name: 'a program for another processor', provoke: (w, c) => run(w, c, { command: ['/opt/foreign'] }) },
  {
    id: 'C10',
    name: 'an instruction that the processor does not have',
    text: 'C10.ill',
    provoke: (w, c) => run(w, c, { options: ['--init'], command: shell('kill -ILL $$') }),
  },
  {
    id: 'C10',
    name: 'SIGBUS',
    text: 'C10.bus',
    provoke: (w, c) => run(w, c, { options: ['--init'], command: shell('kill -BUS $$') }),
  },
  {
    id: 'C11',
    name: 'more memory than it may use',
    provoke: (w, c) => run(w, c, { options: ['--memory', '48m', '--memory-swap', '48m'], command: node(fill) }),
  },
  {
    id: 'C12',
    name: 'docker kill',
    async provoke(w, c) {
      await started(w, c, { command: sleeper });
      await runCommand(['docker', 'kill', c]);
      await ended(c);
      return '';
    },
  },
  {
    id: 'C13',
    name: 'a worker that the kernel ends, while its parent lives on',
    async provoke(w, c) {
      const command = shell(`while true; do node -e '${fill}'; echo "worker died, signal 9"; sleep 300; done`);
      await started(w, c, { options: ['--memory', '64m', '--memory-swap', '64m'], command });
      await until('the worker dies', async () =>
        (await runCommand(['docker', 'logs', c])).stdout.includes('worker died'),
      );
      return '';
    },
  },
  {
    id: 'C14',
    name: 'a full heap of Node.js',
    text: 'C14.node',
    provoke: (w, c) =>
      run(w, c, {
        command: [
          'node',
          '--max-old-space-size=16',
          '-e',
          'const all = []; for (;;) all.push({ a: [1, 2, all.length] });',
        ],
      }),
  },
  {
    id: 'C15',
    name: 'a segmentation fault',
    provoke: (w, c) => run(w, c, { options: ['--init'], command: shell('kill -SEGV $$') }),
  },
  {
    id: 'C16',
    name: 'docker stop',
    async provoke(w, c) {
      await started(w, c, { options: ['--init'], command: ['sleep', '300'] });
      await runCommand(['docker', 'stop', c]);
      return '';
    },
  },
  {
    id: 'C17',
    name: 'a restart loop that says nothing',
    async provoke(w, c) {
      await started(w, c, { options: ['--restart', 'always'], command: shell('exit 7') });
      await until('it restarts', async () => Number(await inspect(c, '{{.RestartCount}}')) >= 3);
      return '';
    },
  },
  {
    id: 'C45',
    name: 'a shell that does not listen to SIGTERM',
    async provoke(w, c) {
      await started(w, c, { command: shell('while true; do sleep 1; done') });
      await runCommand(['docker', 'stop', '--time', '1', c]);
      return '';
    },
  },
  {
    id: 'C46',
    name: 'zombies that nobody collects',
    async provoke(w, c) {
      // Orphans fall to process 1, and Node.js waits only for children of its own.
      const script = 'for i in 1 2 3 4 5 6; do sleep 1 & done';
      await started(w, c, {
        command: node(`require("child_process").spawn("sh", ["-c", "${script}"]); setInterval(() => {}, 1e6);`),
      });
      const pid = await inspect(c, '{{.State.Pid}}');
      await until('zombies', async () => {
        const { stdout } = await runCommand([
          'sh',
          '-c',
          `cat $(sed 's|\\([0-9]*\\) |/proc/\\1/stat |g' /proc/${pid}/task/${pid}/children)`,
        ]);
        return (stdout.match(/ Z /g) ?? []).length >= 5;
      });
      return '';
    },
  },
  {
    id: 'C47',
    name: 'a health check whose program is not there',
    text: 'C47.binary',
    provoke: (w, c) => unhealthy(w, c, 'curl -f http://localhost/'),
  },
  {
    id: 'C47',
    name: 'a health check that is refused',
    text: 'C47.refused',
    provoke: (w, c) => unhealthy(w, c, 'wget -q -O - http://127.0.0.1:8080/'),
  },
  {
    id: 'C47',
    name: 'a health check that takes too long',
    text: 'C47.timeout',
    provoke: (w, c) => unhealthy(w, c, 'sleep 5'),
  },
  {
    id: 'C54',
    name: 'no more processes',
    provoke: (w, c) =>
      run(w, c, {
        options: ['--pids-limit', '8'],
        command: shell('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 2 & done; wait; exit 1'),
      }),
  },
  {
    id: 'C54',
    name: 'too many open files',
    text: 'C54.files',
    provoke: (w, c) =>
      run(w, c, {
        options: ['--ulimit', 'nofile=32'],
        command: node('const fs = require("fs"); for (;;) fs.openSync("/etc/passwd");'),
      }),
  },
  {
    id: 'C55',
    name: 'too little processor time',
    async provoke(w, c) {
      await started(w, c, { options: ['--cpus', '0.05'], command: shell('while true; do :; done') });
      await until('it is throttled', async () => {
        const { stream } = await w.docker.request({
          method: 'GET',
          path: `/containers/${c}/stats`,
          query: { stream: false, 'one-shot': true },
        });
        let body = '';
        for await (const chunk of stream) body += String(chunk);
        return JSON.parse(body).cpu_stats.throttling_data.throttled_periods > 20;
      });
      return '';
    },
  },
  {
    id: 'C56',
    name: 'shared memory that is too small',
    provoke: (w, c) =>
      run(w, c, { options: ['--shm-size', '1m'], command: shell('dd if=/dev/zero of=/dev/shm/pages bs=1M count=8') }),
  },
  {
    id: 'C64',
    name: 'a command that the entrypoint takes for an argument',
    provoke: (w, c) => run(w, c, { options: ['--entrypoint', '/bin/busybox'], command: ['bash', '-c', 'ls'] }),
  },
  {
    id: 'C68',
    name: 'a module that is missing',
    text: 'C68.node',
    provoke: (w, c) => run(w, c, { command: node('require("express")') }),
  },
  {
    id: 'C68',
    name: 'a module of another system',
    text: 'C68.native',
    provoke: (w, c) => run(w, c, { command: node('require("/opt/broken.node")') }),
  },
];

async function unhealthy(world: Parameters<typeof run>[0], container: string, probe: string): Promise<string> {
  await started(world, container, {
    options: ['--health-cmd', probe, '--health-interval', '1s', '--health-timeout', '2s', '--health-retries', '1'],
    command: sleeper,
  });
  await until('it is unhealthy', async () => (await inspect(container, '{{.State.Health.Status}}')) === 'unhealthy');
  return '';
}
