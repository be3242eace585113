import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { askAgain } from './ask-again.ts';

const left: (() => void)[] = [];
afterEach(() => {
  for (const leave of left.splice(0)) leave();
});

/** What is shown, and asked when it is told to be. */
function show(client: QueryClient, path: string, answer: () => unknown): QueryObserver {
  const observer: QueryObserver = new QueryObserver(client, {
    queryKey: [path] as readonly unknown[],
    queryFn: answer,
    staleTime: Infinity,
  });
  left.push(observer.subscribe(() => undefined));
  return observer;
}

it('asks a list before what is below it, and no longer what the list made unneeded', async () => {
  const client = new QueryClient();
  const asked: string[] = [];
  let names = ['one', 'two'];
  const list = show(client, '/volumes?all=true', () => {
    asked.push('list');
    return names;
  });
  const details = ['one', 'two'].map((name) => ({
    name,
    observer: show(client, `/volumes/${name}`, () => {
      asked.push(name);
      return name;
    }),
  }));
  await expect.poll(() => client.isFetching()).toBe(0);
  left.push(
    list.subscribe(({ data }) => {
      for (const { name, observer } of details)
        observer.setOptions({ ...observer.options, enabled: (data as string[]).includes(name) });
    }),
  );
  asked.length = 0;
  names = ['two'];
  await askAgain(client, ['/volumes']);
  expect(asked).toEqual(['list', 'two']);
});

it('leaves what begins otherwise alone', async () => {
  const client = new QueryClient();
  let asked = 0;
  show(client, '/networks', () => (asked += 1));
  await expect.poll(() => asked).toBe(1);
  await askAgain(client, ['/volumes']);
  expect(asked).toBe(1);
});
