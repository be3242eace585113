import { describe, expect, it } from 'vitest';
import type { AssistantEvent } from '#contract';
import { AppError } from '#core';
import { says, scriptedModel } from '../testing/scripted.ts';
import { createAssistantWorld, eventsOf } from '../testing/assistant-world.ts';

const types = (events: readonly AssistantEvent[]): string[] => events.map(({ type }) => type);
const textOf = (events: readonly AssistantEvent[]): string =>
  events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('');

describe('a question that is asked anew', () => {
  const asked = (events: readonly AssistantEvent[]) =>
    events.flatMap((event) => (event.type === 'user_message' ? [event] : []));

  it('takes the place of the old one and of all that followed, for people and for the model', async () => {
    const model = scriptedModel([says('one'), says('two'), says('three'), says('four')]);
    const world = await createAssistantWorld({ model });
    const session = await world.newSession();
    await world.ask({ text: 'first' }, { session });
    const second = await world.ask({ text: 'second' }, { session });
    await world.ask({ text: 'third' }, { session });
    const replaces = asked(second)[0]?.messageId ?? '';
    const anew = await world.ask({ text: 'better', replaces }, { session });
    expect(types(anew)).toEqual(['rewound', 'user_message', 'turn_started', 'text', 'turn_ended']);
    expect(anew[0]).toMatchObject({ fromSeq: second[0]?.seq });
    const kept = await world.assistant.session(session);
    expect(asked(kept.events).map(({ text }) => text)).toEqual(['first', 'better']);
    expect(textOf(kept.events)).toBe('onefour');
    expect(model.asked.at(-1)?.flatMap(({ role, content }) => (role === 'system' ? [] : [content]))).toEqual([
      'first',
      'one',
      'better',
    ]);
  });

  it('may be the first, and again and again', async () => {
    const model = scriptedModel([says('1'), says('2'), says('3')]);
    const world = await createAssistantWorld({ model });
    const session = await world.newSession();
    let events = await world.ask({ text: 'same' }, { session });
    for (const _ of [1, 2]) {
      events = await world.ask({ text: 'same', replaces: asked(events)[0]?.messageId }, { session });
    }
    const kept = await world.assistant.session(session);
    expect(types(kept.events)).toEqual(['rewound', 'user_message', 'turn_started', 'text', 'turn_ended']);
    expect(kept).toMatchObject({ title: 'same', messages: 2 });
  });

  it('is not asked in the place of one that is not there, nor while another is answered', async () => {
    const model = scriptedModel([says('1'), says('2')]);
    const world = await createAssistantWorld({ model });
    const session = await world.newSession();
    await expect(world.ask({ text: 'x', replaces: 'nothing' }, { session })).rejects.toMatchObject({
      code: 'request.not_found',
    });
    const events = await world.ask({ text: 'first' }, { session });
    const running = await world.assistant.turn(session, { text: 'second' });
    const done = eventsOf(running);
    const replaces = asked(events)[0]?.messageId ?? '';
    await expect(world.ask({ text: 'x', replaces }, { session })).rejects.toMatchObject({ code: 'inference.busy' });
    await done;
  });
});

describe('the models that may answer', () => {
  const named = (name: string, rest: object = {}) => ({
    name,
    chats: true,
    hasTools: true,
    parameters: 3e9,
    estimatedBytes: 2e9,
    isLoaded: false,
    ...rest,
  });

  it('are those that chat, with what is chosen when nobody chooses', async () => {
    const candidates = [
      named('embedding', { chats: false }),
      named('big', { estimatedBytes: 9e9, parameters: 70e9 }),
      named('good', { isLoaded: true }),
      named('tiny', { parameters: undefined, hasTools: false }),
    ];
    const world = await createAssistantWorld({ candidates });
    expect(await world.assistant.models()).toEqual({
      automatic: 'good',
      models: [
        { name: 'big', parameters: 70e9, size: 'full', fits: false, isLoaded: false },
        { name: 'good', parameters: 3e9, size: 'full', fits: true, isLoaded: true },
        { name: 'tiny', size: 'small', fits: true, isLoaded: false },
      ],
    });
  });

  it('are none, which is said too', async () => {
    const world = await createAssistantWorld();
    expect(await world.assistant.models()).toEqual({ automatic: null, models: [] });
  });

  it('are not for a session to choose where the administrator has', async () => {
    const world = await createAssistantWorld({ settings: { isModelLocked: true } });
    const locked = { code: 'settings.invalid', params: { reason: 'locked', key: 'assistant.model' } };
    await expect(world.assistant.createSession({ workingDirectory: '/work', model: 'mine' })).rejects.toMatchObject(
      locked,
    );
    const session = await world.newSession();
    await expect(world.assistant.changeSession(session, { model: 'mine' })).rejects.toMatchObject(locked);
    expect((await world.assistant.changeSession(session, { model: null, title: 'x' })).title).toBe('x');
  });

  it('say what is wrong with the one that is set, so that another can be chosen', async () => {
    const brainError = new AppError('model.not_found', 'It is gone.', { hint: 'Pull it.', params: { name: 'a' } });
    const world = await createAssistantWorld({ brainError });
    expect(await world.assistant.state()).toMatchObject({
      enabled: true,
      model: null,
      modelError: { code: 'model.not_found', message: 'It is gone.', hint: 'Pull it.', params: { name: 'a' } },
    });
    await expect(world.ask({ text: 'hello there' })).rejects.toBe(brainError);
  });
});
