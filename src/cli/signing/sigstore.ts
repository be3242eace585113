// By a file of its own: what is imported on demand from CommonJS has no names in a bundle.
export { bundleToJSON } from '@sigstore/bundle';
export {
  CIContextProvider,
  DEFAULT_FULCIO_URL,
  DEFAULT_REKOR_URL,
  DSSEBundleBuilder,
  FulcioSigner,
  RekorWitness,
} from '@sigstore/sign';
