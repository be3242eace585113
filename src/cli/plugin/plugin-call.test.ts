import { describe, expect, it } from 'vitest';
import { readPluginCall } from './plugin-call.ts';
import { pluginMetadata, pluginOf, type Plugin } from './plugins.ts';
import { isReadAsJson } from './read-as-json.ts';

function known(file: string): Plugin {
  const plugin = pluginOf(file);
  if (!plugin) throw new Error(`${file} is unknown`);
  return plugin;
}
const model = known('docker-model');
const desktop = known('docker-desktop');
const mcp = known('docker-mcp');

describe('a call of docker-model', () => {
  it.each([
    ['as Docker makes it', ['model', 'ls', '--json'], ['ls', '--json']],
    ['as Compose makes it', ['ls', '--json'], ['ls', '--json']],
    ['for help', ['model', '--help'], ['--help']],
    ['without a command', ['model'], []],
    ['with global options before the word', ['--context', 'desktop-linux', '-D', 'model', 'ps'], ['ps']],
    ['with global options behind the word', ['model', '--log-level=debug', 'ps'], ['ps']],
    [
      'with options of the command, which stay',
      ['model', 'run', '--debug', 'ai/x', 'Hi'],
      ['run', '--debug', 'ai/x', 'Hi'],
    ],
    ['with a prompt that holds the word', ['model', 'run', 'ai/x', 'model', '-c'], ['run', 'ai/x', 'model', '-c']],
    ['to unload, as docker spells it', ['model', 'stop', 'ai/x'], ['unload', 'ai/x']],
  ])('%s', (_how, args, argv) => {
    expect(readPluginCall(model, args, {}).argv).toEqual(argv);
  });

  it('passes on to docker commands what the global options say', () => {
    const folder = readPluginCall(model, ['--config', '/d', 'model', 'ls'], { HOME: '/home/me' });
    expect(folder.env).toEqual({ HOME: '/home/me', DOCKER_CONFIG: '/d' });
    const others = ['-H', 'tcp://x', '-c', 'far', '--tls=false', '--tlsverify', '-D', 'model', 'ls'];
    expect(readPluginCall(model, others, {})).toEqual({
      argv: ['ls'],
      standalone: false,
      env: { DOCKER_HOST: 'tcp://x', DOCKER_CONTEXT: 'far', DOCKER_TLS_VERIFY: '1', GANTRY_DEBUG: '1' },
    });
  });
});

describe('a call of docker-desktop', () => {
  it('is our desktop command', () => {
    const args = ['desktop', 'enable', 'model-runner', '--tcp', '12434'];
    expect(readPluginCall(desktop, args, {}).argv).toEqual(['desktop', 'enable', 'model-runner', '--tcp', '12434']);
  });
});

describe('a call of docker-mcp', () => {
  it.each([
    ['as Docker makes it', ['mcp', 'gateway', 'run', '--profile', 'x'], ['mcp', 'gateway', 'run', '--profile', 'x']],
    ['without docker in front', ['gateway', 'run'], ['mcp', 'gateway', 'run']],
    ['without a command, which is help', ['mcp'], ['mcp', '--help']],
    ['for completion', ['__complete', 'mcp', 'client', ''], ['__complete', 'mcp', 'client', '']],
  ])('is our mcp command: %s', (_how, args, argv) => {
    expect(readPluginCall(mcp, args, {}).argv).toEqual(argv);
  });
});

describe('the metadata', () => {
  it('is in the form that Docker reads', () => {
    expect(pluginMetadata(model, '0.3.1')).toBe(
      '{\n     "SchemaVersion": "0.1.0",\n     "Vendor": "Gantry",\n     "Version": "2.3.1",\n     "ShortDescription": "Gantry Model Runner"\n}\n',
    );
  });
});

describe('what Compose reads as JSON', () => {
  it.each([
    [['ls', '--json'], true],
    [['status', '--json'], true],
    [['ls'], false],
    [['ps', '--json'], false],
    [[], false],
  ])('%j: %s', (argv, expected) => {
    expect(isReadAsJson(argv)).toBe(expected);
  });
});
