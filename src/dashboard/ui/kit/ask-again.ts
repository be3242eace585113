import type { QueryClient } from '@tanstack/react-query';

export function concerns(queryKey: readonly unknown[], beginnings: readonly string[]): boolean {
  const [path] = queryKey;
  return (
    typeof path === 'string' && beginnings.some((beginning) => path.startsWith(beginning) || `${path}?` === beginning)
  );
}

/**
 * Makes all resources whose path begins so be asked again: lists first, and what is below them once the page has drawn those. What a list
 * no longer has is not asked for, then.
 */
export async function askAgain(client: QueryClient, beginnings: readonly string[]): Promise<void> {
  const isList = ([path]: readonly unknown[]): boolean =>
    typeof path === 'string' && beginnings.includes(path.split('?', 1)[0] ?? path);
  await client.invalidateQueries({ predicate: ({ queryKey }) => isList(queryKey) });
  // What queries tell is told in a task of its own, before this one.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await client.invalidateQueries({
    predicate: ({ queryKey }) => concerns(queryKey, beginnings) && !isList(queryKey),
  });
}
