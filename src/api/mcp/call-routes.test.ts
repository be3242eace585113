import { describe, expect, it } from 'vitest';
import { mcpCallsBody } from '#contract';
import { desk, type Desk } from '../testing/management-desk.ts';
import { readEvents } from '../testing/read-events.ts';

describe('calls over the API', () => {
  const call = async ({ api }: Desk, body: unknown) =>
    await readEvents(`${api.url}/gantry/mcp/calls`, { method: 'POST', body });

  it('tell of progress, ask the person, and end with the result', async () => {
    const one = await desk();
    one.gateways.onCall = async (_call, { onProgress, onQuestion, signal }) => {
      onProgress({ progress: 1, total: 2, message: 'half' });
      const said = await onQuestion({ message: 'Sure?', schema: { type: 'object' } }, { signal });
      return { kind: 'result', result: { content: [{ type: 'text', text: JSON.stringify(said) }] } };
    };
    const events = await call(one, { server: 'clock', tool: 'now', arguments: { a: 1 } });
    const { call: id } = (await events.next('started')) as { call: string };
    expect(await events.next('progress')).toEqual({ progress: 1, total: 2, message: 'half' });
    const { question } = (await events.next('question')) as { question: string };
    expect(await one.refusal('POST', `calls/${id}/answer`, { question: 'x', action: 'decline' })).toMatchObject({
      code: 'request.not_found',
    });
    await one.send('POST', `calls/${id}/answer`, { body: { question, action: 'accept', content: { yes: true } } });
    expect(await events.next('result')).toMatchObject({
      result: { content: [{ text: '{"action":"accept","content":{"yes":true}}' }] },
    });
    expect(await one.refusal('DELETE', `calls/${id}`)).toMatchObject({ code: 'request.not_found' });
  });

  it('are given up when asked to, or when whoever tried leaves', async () => {
    const one = await desk();
    const ended: string[] = [];
    const wake = new Set<() => void>();
    one.gateways.onCall = ({ tool }, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(tool);
          for (const each of wake) each();
          reject(signal.reason as Error);
        });
      });
    const first = await call(one, { server: 'clock', tool: 'first' });
    const { call: id } = (await first.next('started')) as { call: string };
    await one.send('DELETE', `calls/${id}`);
    expect(await first.next('error')).toMatchObject({ code: 'request.aborted' });
    const second = await call(one, { server: 'clock', tool: 'second' });
    await second.next('started');
    const gone = new Promise<void>((resolve) => wake.add(resolve));
    second[Symbol.dispose]();
    await gone;
    expect(ended).toEqual(['first', 'second']);
  });

  it('are listed from the record, and refuse a number that is none', async () => {
    const { get, refusal } = await desk();
    expect(await get('calls', mcpCallsBody)).toEqual({ calls: [], recording: 'metadata' });
    expect(await refusal('GET', 'calls?last=0')).toMatchObject({ code: 'request.invalid' });
  });
});
