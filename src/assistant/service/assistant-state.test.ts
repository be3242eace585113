import { describe, expect, it } from 'vitest';
import { calls, says, scriptedModel, tool } from '../testing/scripted.ts';
import { createAssistantWorld, eventsOf } from '../testing/assistant-world.ts';

describe('the assistant', () => {
  it('is off until its terms are accepted, keeps sessions when switched off, and erases them when told', async () => {
    const world = await createAssistantWorld({ settings: { enabled: false } });
    const { assistant } = world;
    await expect(world.newSession()).rejects.toMatchObject({ code: 'assistant.disabled' });
    await expect(assistant.enable(99)).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await assistant.enable(1)).toMatchObject({
      enabled: true,
      model: null,
      whyNoModel: { en: 'There is no model.' },
    });
    const session = await world.newSession();
    await world.ask({ text: 'list containers' }, { session });
    expect((await assistant.disable()).enabled).toBe(false);
    await expect(world.ask({ text: 'list containers' }, { session })).rejects.toMatchObject({
      code: 'assistant.disabled',
    });
    expect(await assistant.sessions('CONTAINERS')).toHaveLength(1);
    expect(await assistant.sessions('volumes')).toHaveLength(0);
    await assistant.removeSession(session);
    expect(await assistant.sessions('')).toEqual([]);
    await expect(assistant.session(session)).rejects.toMatchObject({ code: 'request.not_found' });
  });

  it('keeps ratings with the transcript and exports both', async () => {
    const world = await createAssistantWorld({ model: scriptedModel([says('Use `-it`.')]) });
    const session = await world.newSession();
    const events = await world.ask({ text: 'how do I keep it open' }, { session });
    const answer = events.find(({ type }) => type === 'text');
    const messageId = answer?.type === 'text' ? answer.messageId : '';
    await world.assistant.rate(session, messageId, { rating: 'up', comment: 'clear' });
    expect((await world.assistant.session(session)).feedback).toEqual({
      [messageId]: { rating: 'up', comment: 'clear' },
    });
    const markdown = await world.assistant.exportSession(session, 'markdown');
    expect(markdown).toContain('# how do I keep it open');
    expect(markdown).toContain('Use `-it`.');
    expect(markdown).toContain('👍');
    expect(JSON.parse(await world.assistant.exportSession(session, 'json'))).toMatchObject({ id: session });
    await world.assistant.rate(session, messageId, { rating: null });
    expect((await world.assistant.session(session)).feedback).toEqual({});
    await expect(world.assistant.rate(session, 'x', { rating: 'up' })).rejects.toMatchObject({
      code: 'request.not_found',
    });
  });

  it('lists rules by who made them, the administrator first', async () => {
    const locked = { deny: ['shell(rm *)'], ask: [], allow: [] };
    const world = await createAssistantWorld({ settings: { locked } });
    const { rules } = await world.assistant.setPermissions({ scope: 'user', deny: [], ask: ['write_file'], allow: [] });
    expect(rules).toEqual([
      { effect: 'deny', rule: 'shell(rm *)', scope: 'locked' },
      { effect: 'ask', rule: 'write_file', scope: 'user' },
    ]);
    await expect(
      world.assistant.setPermissions({ scope: 'user', deny: ['not a rule!'], ask: [], allow: [] }),
    ).rejects.toMatchObject({ code: 'request.invalid', params: { param: 'rule' } });
  });

  it('offers no tool that is switched off', async () => {
    const list = tool('list');
    const model = scriptedModel([calls('list'), says('')]);
    const world = await createAssistantWorld({ model, tools: [list] });
    expect(await world.assistant.changeTools([{ name: 'list', enabled: false }])).toMatchObject([{ enabled: false }]);
    const events = await world.ask({ text: 'look' });
    expect(list.ran).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ outcome: 'invalid' }));
  });

  it('ends turns when it is closed', async () => {
    const hang = tool('hang', { run: () => new Promise(() => undefined) });
    const world = await createAssistantWorld({ model: scriptedModel([calls('hang')]), tools: [hang] });
    const stream = await world.assistant.turn(await world.newSession(), { text: 'wait' });
    const events = await eventsOf(stream, ({ type }) => {
      if (type === 'tool_call') setImmediate(() => void world.assistant.close());
    });
    expect(events.at(-1)).toMatchObject({ type: 'turn_ended', stopReason: 'aborted' });
  });
});
