const againMs = 1000;

/**
 * Loads a part of the page. While the daemon is away, so that nothing can be loaded, it is tried until it is back. What an answering
 * daemon does not have any more, because Gantry was updated, fails.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await untilServed();
    return await load();
  }
}

async function untilServed(): Promise<void> {
  for (;;) {
    const answer = await fetch('/dashboard/', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
