export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

const parameter = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
const scheme = /[\s,]*([A-Za-z]+)(?:\s+|$)(?!\s*=)/y;

/** Reads WWW-Authenticate (RFC 9110 §11.6.1), which may hold several challenges; Bearer is preferred. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = readChallenges(header ?? '');
  const bearer = challenges.find(({ name, params }) => name === 'bearer' && params.has('realm'));
  if (bearer) {
    const { params } = bearer;
    return {
      scheme: 'bearer',
      realm: params.get('realm') ?? '',
      service: params.get('service'),
      scope: params.get('scope'),
    };
  }
  return challenges.some(({ name }) => name === 'basic') ? { scheme: 'basic' } : undefined;
}

function readChallenges(text: string): { name: string; params: Map<string, string> }[] {
  const found: { name: string; params: Map<string, string> }[] = [];
  let at = 0;
  for (;;) {
    scheme.lastIndex = at;
    const start = scheme.exec(text);
    if (!start) return found;
    at = scheme.lastIndex;
    const params = new Map<string, string>();
    for (;;) {
      const gap = /[\s,]*/y;
      gap.lastIndex = at;
      gap.exec(text);
      parameter.lastIndex = gap.lastIndex;
      const match = parameter.exec(text);
      if (!match) break;
      at = parameter.lastIndex;
      params.set((match[1] ?? '').toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
    }
    found.push({ name: (start[1] ?? '').toLowerCase(), params });
  }
}
