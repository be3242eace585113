// First use from a clone: installs the locked dependencies and builds the bundle, with progress on stderr.
// Runs before any dependency exists, so it uses Node alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

const root = fileURLToPath(new URL('..', import.meta.url));
const chinese = /^zh/i.test(
  process.env.GANTRY_LANG || process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '',
);
const say = (english, translated) => process.stderr.write(`gantry: ${chinese ? translated : english}\n`);
// What reads JSON may read both streams as one (Docker, Compose): only a failure is said then.
const quiet = process.argv.includes('--json') || process.argv.includes('docker-cli-plugin-metadata');
const tell = quiet ? () => {} : say;

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  say(
    `Node.js 20.20 or newer is needed; this is ${process.versions.node}.`,
    `需要 Node.js 20.20 或更高版本，当前是 ${process.versions.node}。`,
  );
  process.exit(69);
}

const lock = join(root, 'node_modules', '.gantry-bootstrap.lock');

/** One process installs and builds; the others wait for it. A lock of a process that is gone is taken over. */
async function locked(task) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(Number(readText(lock)))) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!waited) tell('another process is installing; waiting for it…', '另一个进程正在安装，请稍候……');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await task();
  } finally {
    rmSync(lock, { force: true });
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(command, args) {
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ticker =
      process.stderr.isTTY && !quiet
        ? setInterval(() => process.stderr.write(`\r  ${Math.round((Date.now() - startedAt) / 1000)} s `), 1000)
        : undefined;
    const finish = (error) => {
      clearInterval(ticker);
      if (ticker) process.stderr.write('\r\u001B[K');
      if (error) reject(error);
      else resolve();
    };
    child.on('error', finish);
    child.on('close', (code) => finish(code === 0 ? undefined : new Error(output || `${command} ended with ${code}`)));
  });
}

const mtime = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

try {
  await locked(async () => {
    if (mtime(join(root, 'node_modules', '.package-lock.json')) < mtime(join(root, 'package-lock.json'))) {
      tell(
        'installing dependencies (first use, needs the npm registry)…',
        '正在安装依赖（首次使用，需要访问 npm 源）……',
      );
      await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    }
    tell('building…', '正在构建……');
    await run(process.execPath, [join('scripts', 'build.js')]);
  });
} catch (error) {
  say(
    `setting up failed.\n${error.message}\nCheck the network and the npm configuration, then run the command again.`,
    `安装失败。\n${error.message}\n请检查网络和 npm 配置后重试。`,
  );
  process.exit(69);
}
