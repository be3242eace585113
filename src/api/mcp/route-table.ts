import type { z } from 'zod';
import { parseBody } from '../publish/parse-body.ts';
import { readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Handler } from '../http/route-set.ts';

/** Answers a route; `names` are what stands at the places of its path that begin with a colon. */
export type NamedHandler = (exchange: Exchange, ...names: readonly string[]) => Promise<void> | void;

/** `PUT /gantry/mcp/secrets/:name` and what answers it. */
export type RouteTable = Readonly<Record<string, NamedHandler>>;

/** Finds what answers. @throws URIError when a name is not valid percent-encoding */
export function matcherOf(table: RouteTable): (verb: string, path: string) => Handler | undefined {
  const routes = Object.entries(table).map(([route, handler]) => {
    const [verb = '', pattern = ''] = route.split(' ');
    return { verb, words: pattern.split('/'), handler };
  });
  return (verb, path) => {
    const words = path.split('/');
    for (const route of routes) {
      if (route.verb !== verb || route.words.length !== words.length) continue;
      const fits = route.words.every((word, index) =>
        word.startsWith(':') ? words[index] !== '' : word === words[index],
      );
      if (!fits) continue;
      return (exchange) => {
        const names = words.filter((_word, index) => route.words[index]?.startsWith(':')).map(decodeURIComponent);
        return route.handler(exchange, ...names);
      };
    }
    return undefined;
  };
}

/** Reads the body as the contract says. An empty one is an empty object. @throws AppError `request.*` */
export async function bodyOf<T>({ request }: Exchange, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(request);
  return parseBody(schema, body.length === 0 ? Buffer.from('{}') : body);
}
