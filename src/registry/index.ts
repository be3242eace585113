export type * from './types.ts';
export type { ClosableHttpClient, HttpClientOptions } from './http/client.ts';
export { createHttpClient } from './http/lazy-client.ts';
export { httpBlob, type HttpBlobOptions } from './http/blob.ts';
export { statusError } from './http/status-error.ts';
export type { HttpLimits } from './http/limits.ts';
export type { DockerProxies } from './http/proxy.ts';
export { formatReference, isModelId, normalizeReference, parseReference, type ReferenceOptions } from './reference.ts';
export {
  createCredentials,
  readDockerProxies,
  type Credential,
  type Credentials,
  type CredentialsOptions,
  type RunHelper,
} from './oci/credentials.ts';
export { createOciRegistry, type OciRegistryOptions } from './oci/registry.ts';
export { readDockerMirrors } from './oci/mirrors.ts';
export { createHuggingFace, type HuggingFaceOptions } from './huggingface/hugging-face.ts';
export {
  chooseHuggingFaceFiles,
  listQuantizations,
  type HuggingFaceChoice,
  type QuantizationOffer,
} from './huggingface/choose-files.ts';
export { extractMember } from './archive/extract-member.ts';
export { extractAll, type ExtractAllOptions, type ExtractAllResult } from './archive/extract-all.ts';
export { createTransfer, type TransferDependencies } from './transfer/transfer.ts';
export type { TransferLimits } from './transfer/limits.ts';
export { createPythonIndex, type PythonIndexOptions } from './packages/python-index.ts';
export { isSameVersion } from './packages/wheel-name.ts';
export { createNpmRegistry, type NpmRegistryOptions } from './packages/npm.ts';
export { verifyIntegrity } from './packages/integrity.ts';
export { parsePackageReference, type PackageReference } from './packages/package-reference.ts';
export { createDockerHub, type DockerHub } from './search/docker-hub-repository.ts';
export { createModelSearch, type ModelSearchOptions } from './search/search.ts';
export type { FoundModel, ModelSearch, SearchOutcome, SearchQuery, SearchSource } from './search/types.ts';
export { createSignatures, type CheckIdentity, type SignaturesDeps } from './signing/create-signatures.ts';
export { createIdentityCheck, type IdentityCheckOptions } from './signing/identity.ts';
export { missingSignature } from './signing/invalid-signature.ts';
export { readPublicKeys } from './signing/keys.ts';
export { payloadsFor } from './signing/payloads.ts';
export type { Payloads, SignatureFormat, Signatures, SignedContent, Trust } from './signing/types.ts';
