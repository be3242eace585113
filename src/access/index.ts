export {
  certificateFacts,
  createCertificates,
  type CertificateFacts,
  type Certificates,
  type TlsMaterial,
} from './certificates.ts';
export { keyPrefix, openKeys, scopes, type ApiKey, type ApiKeys, type KeyCheck, type Scope } from './keys.ts';
export { readOwnCertificate } from './own-certificate.ts';
