import { AppError } from '#core';
import { sendError } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';

/** While `modelRunner.enabled` is off, everything about models answers as Docker Model Runner does when it is off. */
export function createSwitchedOffRoutes({ settings }: Pick<RouteDeps, 'settings'>): RouteSet {
  const refuse = (): never => {
    // The sentence that the docker CLI prints for this status (contract model-runner §1.2).
    throw new AppError('inference.disabled', 'Docker Model Runner is not running. Please start it and try again.', {
      hint: 'Enable it with: gantry desktop enable model-runner',
    });
  };
  return {
    match: (_verb, path) => (settings.current().modelRunner.enabled || isOurOwn(path) ? undefined : refuse),
    fail: (exchange, error) =>
      sendError(exchange, error, { shape: openAiPath.test(exchange.request.url ?? '') ? 'openai' : 'text' }),
  };
}

const openAiPath = /\/v1\//;

/** What is not about models: the page that switches it on again, MCP servers, logs. */
const ourOwn = /^\/(?:version|mcp|sse|logs|metrics|dashboard(?:\/.*)?|gantry\/.*)$/;

function isOurOwn(path: string): boolean {
  return ourOwn.test(path);
}
