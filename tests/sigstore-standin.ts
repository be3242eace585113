import { createHash, generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fulcioHandler, initializeCA, initializeTLog, rekorHandler } from '@sigstore/mock';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';

export interface SigstoreStandIn extends AsyncDisposable {
  /** Of Fulcio and of Rekor. */
  readonly url: string;
  /** What those who verify trust, as JSON. */
  readonly trustedRoot: string;
  /** A token of an identity provider that the stand-in believes. */
  token(claims: { readonly sub: string; readonly iss: string }): string;
}

const anHourMs = 3_600_000;

/** Sigstore's own stand-ins for its certificate authority and its log, over real HTTP; `certificatesFrom` is when its certificates begin. */
export async function startSigstore({ certificatesFrom }: { certificatesFrom?: Date } = {}): Promise<SigstoreStandIn> {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ctlog = certificateLog(pair());
  const ca = await initializeCA(pair(), ctlog, certificatesFrom);
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tlog = await initializeTLog(url, pair());
  const rekor = rekorHandler(tlog);
  const handlers = [fulcioHandler(ca), { ...rekor, fn: (body: string) => rekor.fn(logged(body)) }];
  server.on('request', (request, response) => {
    const handler = handlers.find(({ path }) => path === request.url);
    const answering = text(request).then(async (body) => {
      const {
        statusCode,
        response: answer,
        contentType,
      } = (await handler?.fn(body)) ?? { statusCode: 404, response: '' };
      response.writeHead(statusCode, { 'content-type': contentType ?? 'text/plain' }).end(answer);
    });
    answering.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const validFor = { start: new Date(Date.now() - 48 * anHourMs) };
  const log = (key: Buffer, baseUrl: string) => ({
    baseUrl,
    logId: { keyId: createHash('sha256').update(key).digest() },
    hashAlgorithm: HashAlgorithm.SHA2_256,
    publicKey: { rawBytes: key, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor },
    checkpointKeyId: undefined,
    operator: '',
  });
  const root: TrustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [
      {
        subject: { commonName: 'sigstore', organization: 'sigstore.mock' },
        uri: url,
        certChain: { certificates: [{ rawBytes: ca.rootCertificate }] },
        validFor,
        operator: '',
      },
    ],
    tlogs: [log(tlog.publicKey, url)],
    ctlogs: [log(ctlog.publicKey, url)],
    timestampAuthorities: [],
  };
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  return {
    url,
    trustedRoot: JSON.stringify(TrustedRoot.toJSON(root)),
    token: (claims) => `${part({ alg: 'none' })}.${part({ ...claims, aud: 'sigstore' })}.${part({})}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface ProposedEntry {
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/** What Rekor logs of a proposed envelope: its digests and signatures. */
function logged(body: string): string {
  const { spec } = JSON.parse(body) as ProposedEntry;
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const hash = (bytes: Buffer) => ({ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') });
  const entry = {
    envelopeHash: hash(Buffer.from(envelope)),
    payloadHash: hash(Buffer.from(payload, 'base64')),
    signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
  };
  return JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec: entry });
}

/** A log of certificates (RFC 6962, 3.2): signs that it has seen one. */
function certificateLog({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const logID = createHash('sha256').update(key).digest();
  return {
    publicKey: key,
    logID,
    log(certificate: ArrayBuffer, issuer: ArrayBuffer): Promise<ArrayBuffer> {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(Date.now()));
      const inner = toBeSigned(Buffer.from(certificate));
      const length = Buffer.from([inner.length >> 16, (inner.length >> 8) & 0xff, inner.length & 0xff]);
      const entry = [
        Buffer.from([0, 0]),
        time,
        Buffer.from([0, 1]),
        Buffer.from(issuer),
        length,
        inner,
        Buffer.alloc(2),
      ];
      const signature = sign('sha256', Buffer.concat(entry), privateKey);
      const head = Buffer.from([4, 3, signature.length >> 8, signature.length & 0xff]);
      const timestamp = Buffer.concat([Buffer.alloc(1), logID, time, Buffer.alloc(2), head, signature]);
      // The authority puts the length of the list before it; that of the item is ours to say.
      const item = Uint8Array.from([timestamp.length >> 8, timestamp.length & 0xff, ...timestamp]);
      return Promise.resolve(item.buffer);
    },
  };
}

/** The first element inside the outer sequence of a certificate in DER. */
function toBeSigned(der: Buffer): Buffer {
  const start = headerLength(der, 0);
  const inner = headerLength(der, start);
  const size = inner === 2 ? der.readUInt8(start + 1) : der.readUIntBE(start + 2, inner - 2);
  return der.subarray(start, start + inner + size);
}

function headerLength(der: Buffer, at: number): number {
  const first = der.readUInt8(at + 1);
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}
