import { Readable } from 'node:stream';
import { createDocker, type Docker, type EngineRequest } from '#docker';
import { silentLog } from '#core';

/** What the Engine answers to a request: a value as JSON, or a refusal. */
export type EngineAnswer = (request: EngineRequest) => unknown;

export class Refusal {
  readonly status: number;
  readonly message: string;
  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

export interface AnsweringEngine extends Docker {
  /** `GET /containers/json` and so on, in their order. */
  readonly asked: string[];
}

/** An Engine that answers requests from a table, by `METHOD path`; what is not in it does not exist. */
export function answeringEngine(answers: Readonly<Record<string, unknown>>): AnsweringEngine {
  const asked: string[] = [];
  const request: Docker['request'] = async (given) => {
    const key = `${given.method} ${given.path}`;
    asked.push(key);
    const found = Object.hasOwn(answers, key) ? answers[key] : new Refusal(404, `no such thing: ${given.path}`);
    const answer: unknown = typeof found === 'function' ? (found as EngineAnswer)(given) : found;
    const [status, value] =
      answer instanceof Refusal ? [answer.status, { message: answer.message }] : [answer === null ? 204 : 200, answer];
    const text = Buffer.isBuffer(value) ? value : Buffer.from(value === null ? '' : JSON.stringify(value));
    return { status, stream: Readable.from([text]) };
  };
  const base = createDocker({
    env: { DOCKER_HOST: 'tcp://127.0.0.1:1' },
    userHome: '/nowhere',
    dockerConfig: '/nowhere',
    ownSocket: '/nowhere/own.sock',
    log: silentLog,
  });
  return {
    ...base,
    asked,
    request,
    containers: {
      ...base.containers,
      async *logs() {
        yield* [];
      },
    },
    address: async () => ({
      url: 'tcp://127.0.0.1:1',
      origin: 'environment',
      route: { kind: 'tcp', host: '127.0.0.1', port: 1, tls: undefined },
    }),
    version: async () => ({ version: '20.10.24', apiVersion: '1.41', os: 'linux', arch: 'amd64' }),
  };
}
