import { spawn } from 'node:child_process';
import type { Env } from '#core';

/** Opens the person's browser. False where there is none to open, as over SSH. */
export async function openBrowser(url: URL, env: Env): Promise<boolean> {
  const program = browserProgram(env, process.platform);
  if (program === undefined || !/^https?:$/.test(url.protocol)) return false;
  return await new Promise<boolean>((resolve) => {
    const child = spawn(program, [url.href], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Without a screen a browser would open where nobody sees it, or take over the terminal. */
export function browserProgram(env: Env, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return env['SSH_CONNECTION'] ? undefined : 'open';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}
