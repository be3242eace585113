export { audit } from './report/audit.ts';
export { makeInventory } from './report/inventory.ts';
export { endOfLife, lifetimesAsOf } from './report/lifetimes.ts';
export { purlOf, toCycloneDx } from './report/sbom.ts';
export { scanArchive } from './layers/scan-archive.ts';
export { scanImage, type ScanEvent } from './scan-image.ts';
export type * from './types.ts';
