import {
  attachSignatureRequest,
  prepareSigningRequest,
  verifySignatureRequest,
  type AttachSignatureRequest,
  type VerifySignatureRequest,
} from '#contract';
import { parseDigest } from '#core';
import type { Prepared, Signing, SignedModel, WantedTrust } from '#models';
import { readBody } from '../http/body.ts';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler, RouteSet } from '../http/route-set.ts';
import { parseBody } from '../publish/parse-body.ts';

/** Signatures of models in their registries. A daemon without signing has no such routes. */
export function createSigningRoutes({ signing }: { signing?: Signing | undefined }): RouteSet {
  const routes: Readonly<Record<string, Handler>> = signing ? handlersOf(signing) : {};
  return {
    match(verb, path) {
      const key = `${verb} ${path}`;
      return Object.hasOwn(routes, key) ? routes[key] : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function handlersOf(signing: Signing): Readonly<Record<string, Handler>> {
  return {
    'POST /gantry/signing/prepare': async (exchange) => {
      const { model, 'bearer-token': bearerToken } = parseBody(prepareSigningRequest, await bodyOf(exchange));
      const { name, digest, payloads } = await signing.prepare(model, { signal: exchange.gone, bearerToken });
      sendJson(exchange, 200, { name, digest, ...encoded(payloads) });
    },
    'POST /gantry/signing/attach': async (exchange) => {
      const request = parseBody(attachSignatureRequest, await bodyOf(exchange));
      const { model, digest, 'bearer-token': bearerToken } = request;
      const target = { model, digest: parseDigest(digest) };
      const { name } = await signing.attach(target, signedOf(request.signed), { signal: exchange.gone, bearerToken });
      sendJson(exchange, 200, { name });
    },
    'POST /gantry/signing/verify': async (exchange) => {
      const { model, trust, 'bearer-token': bearerToken } = parseBody(verifySignatureRequest, await bodyOf(exchange));
      sendJson(exchange, 200, await signing.verify(model, trustOf(trust), { signal: exchange.gone, bearerToken }));
    },
  };
}

async function bodyOf(exchange: Exchange): Promise<Buffer> {
  return await readBody(exchange.request);
}

function encoded({ simplesigning, bundle, statement }: Prepared['payloads']): object {
  return {
    payloads: { simplesigning: simplesigning.toString('base64'), bundle: bundle.toString('base64') },
    statement: statement.toString('base64'),
  };
}

function signedOf(signed: AttachSignatureRequest['signed']): SignedModel {
  if ('bundle' in signed) return { kind: 'bundle', bundle: Buffer.from(signed.bundle, 'base64') };
  const { key, signatures } = signed;
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  return {
    kind: 'key',
    key,
    signatures: { simplesigning: bytes(signatures.simplesigning), bundle: bytes(signatures.bundle) },
  };
}

function trustOf(trust: VerifySignatureRequest['trust']): WantedTrust {
  return 'key' in trust ? { kind: 'key', ...trust } : { kind: 'identity', ...trust };
}
