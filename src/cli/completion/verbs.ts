// The words of cobra, which docker is made with: it hands what is typed behind `docker model` on to its plugin.
export const completionVerbs = { described: '__complete', bare: '__completeNoDesc' } as const;

export function isCompletion([verb]: readonly string[]): boolean {
  return verb === completionVerbs.described || verb === completionVerbs.bare;
}
