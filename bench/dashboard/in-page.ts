import type { Page } from 'playwright-core';

/** Milliseconds from each key until its result was painted: the count of rows beside the filter says when there is another one. */
export async function filterTimes(page: Page, words: readonly string[]): Promise<readonly number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Reflect.set(globalThis, 'filterTimes', times);
    let pressedAt = 0;
    // The moment at which the browser got the key, not the one at which it had time for it.
    document.addEventListener('keydown', ({ timeStamp }) => (pressedAt = timeStamp), { capture: true });
    const count = document.querySelector('main [role=status]');
    if (!count) throw new Error('There is no count of rows.');
    new MutationObserver(() => {
      const began = pressedAt;
      // A task after the frame runs once that frame is on its way to the screen.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => times.push(performance.now() - began), { once: true });
        port1.start();
        port2.postMessage('painted');
      });
    }).observe(count, { characterData: true, childList: true, subtree: true });
  });
  const box = page.locator('main').getByRole('searchbox').first();
  await box.focus();
  let known = 0;
  const press = async (key: string): Promise<void> => {
    known += 1;
    await page.keyboard.press(key);
    await page.waitForFunction((wanted) => Reflect.get(globalThis, 'filterTimes').length >= wanted, known);
  };
  for (const word of words) {
    for (const key of word) await press(key);
    for (const _key of word) await press('Backspace');
  }
  return await page.evaluate(() => Reflect.get(globalThis, 'filterTimes') as number[]);
}

/** Frames per second while a log is scrolled by a screen each frame. */
export async function scrolledFrames(page: Page, seconds: number): Promise<number> {
  const frames = await page.getByRole('log').evaluate(async (box, ms) => {
    const began = performance.now();
    let count = 0;
    for (; performance.now() - began < ms; count += 1) {
      box.scrollTop = (box.scrollTop + 900) % box.scrollHeight;
      await new Promise(requestAnimationFrame);
    }
    return count / ((performance.now() - began) / 1000);
  }, seconds * 1000);
  return frames;
}

/** Milliseconds from the start of loading until the heading was painted and no task kept the page from answering for half a second. */
export async function interactiveMs(page: Page, url: string): Promise<number> {
  await page.addInitScript(() => {
    const facts = { paintedAt: 0, busyUntil: 0 };
    Reflect.set(globalThis, 'loadFacts', facts);
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) facts.busyUntil = startTime + duration;
    }).observe({ type: 'longtask', buffered: true });
    new MutationObserver(() => {
      if (facts.paintedAt > 0 || !document.querySelector('main h1')) return;
      facts.paintedAt = performance.now();
      requestAnimationFrame(() => setTimeout(() => (facts.paintedAt = performance.now())));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.waitForFunction(() => {
    const { paintedAt, busyUntil } = Reflect.get(globalThis, 'loadFacts');
    return paintedAt > 0 && performance.now() - Math.max(paintedAt, busyUntil) > 500;
  });
  return await page.evaluate(() => {
    const { paintedAt, busyUntil } = Reflect.get(globalThis, 'loadFacts');
    return Math.max(paintedAt, busyUntil);
  });
}
