import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon, gantryProgram } from '#testing';
import { root, temporaryDirectory } from './harness.ts';
import { startScriptedModel, type ScriptedAnswer, type ScriptedModel, type WireMessage } from './scripted-model.ts';
import { openTmux, type TmuxTerminal } from './tmux.ts';

let home: { path: string } & AsyncDisposable;
let model: ScriptedModel;
let daemon: TestDaemon;
let project: string;

function answerTo(messages: readonly WireMessage[]): ScriptedAnswer {
  const last = messages.at(-1);
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (last?.role === 'tool') {
    return { text: [/not yet|reject/i.test(last.content ?? '') ? 'Left as it is.' : 'It is changed.'] };
  }
  if (question.includes('Change the port')) {
    return { call: { name: 'write_file', arguments: { path: 'app.js', content: 'listen(8080);\n' } } };
  }
  return { text: ['# Re', 'port\n\n- **one', '** file\n- 两个中文字', '\u001B[2J\n\nThe end.'] };
}

beforeAll(async () => {
  home = await temporaryDirectory('home');
  project = join(home.path, 'project');
  await mkdir(project);
  await writeFile(join(project, 'app.js'), 'listen(80);\n');
  model = await startScriptedModel(answerTo);
  const settings = { assistant: { model: { url: model.url, model: 'scripted' } } };
  await writeFile(join(home.path, 'settings.yaml'), JSON.stringify(settings));
  daemon = await startTestDaemon({ home: home.path });
});
afterAll(async () => {
  await daemon?.stop();
  await model?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

function open(...args: readonly string[]): Promise<TmuxTerminal> {
  return openTmux([process.execPath, ...gantryProgram, 'ai', '-C', project, ...args], {
    cwd: root,
    env: { GANTRY_HOME: home.path, GANTRY_PORT: '0', GANTRY_LANG: 'en', LC_ALL: 'C.UTF-8' },
  });
}

describe('the assistant on a real terminal', () => {
  it('asks for its terms, streams, asks before it changes a file, takes it back, and leaves', async () => {
    const file = join(project, 'app.js');
    {
      await using terminal = await open();
      await terminal.shows(/Enable it on these terms\?/);
      await terminal.press('y', 'Enter');
      await terminal.shows(/What can I do for you\?[^]*ask · .*project/);

      await terminal.type('What is in @ap');
      await terminal.shows(/› app\.js/);
      await terminal.press('Tab', 'Enter');
      const answer = await terminal.shows(/The end\./);
      expect(answer).toMatch(/› What is in @app\.js\s*\n\s*\+ app\.js/);
      expect(answer).toMatch(/Report\n\n• one file\n• 两个中文字/);
      expect(
        model.asked
          .at(-1)
          ?.map(({ content }) => content)
          .join('\n'),
      ).toContain('listen(80);');
      await terminal.shows(/scripted · ask .*context 4 % · 1234 tokens/);

      await terminal.type('Change the port');
      await terminal.press('Enter');
      const asked = await terminal.shows(/\[Y\] once[^]*\[N\] no/);
      expect(asked).toMatch(/-listen\(80\);/);
      expect(asked).toMatch(/\+listen\(8080\);/);
      await terminal.press('n');
      await terminal.shows(/Why not\?/);
      await terminal.type('not yet');
      await terminal.press('Enter');
      await terminal.shows(/Left as it is\./);
      expect(await readFile(file, 'utf8')).toBe('listen(80);\n');

      await terminal.press('Up', 'Enter');
      await terminal.shows(/rejected[^]*\[Y\] once/);
      await terminal.press('y');
      await terminal.shows(/It is changed\./);
      expect(await readFile(file, 'utf8')).toBe('listen(8080);\n');

      await terminal.type('/undo');
      await terminal.press('Enter');
      await terminal.shows(/app\.js: as it was before/);
      expect(await readFile(file, 'utf8')).toBe('listen(80);\n');

      await terminal.resize(34, 12);
      await terminal.type('/titl');
      await terminal.shows(/› \/title/);
      await terminal.press('C-c');
      await terminal.type('/exit');
      await terminal.press('Enter');
      expect(await terminal.ended()).toBe(0);
    }

    await using again = await open('--session', '-1');
    const resumed = await again.shows(/This goes on where/);
    expect(resumed).toContain('It is changed.');
    await again.press('Up');
    await again.shows(/› \/exit/);
    await again.press('C-c', 'C-c');
    await again.shows(/Ctrl-C once more leaves/);
    await again.press('C-c');
    expect(await again.ended()).toBe(0);
  });
});
