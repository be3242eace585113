/** When these facts were written down; after that a distribution may have prolonged or shortened its support. */
export const lifetimesAsOf = '2026-01';

/** End of security support by the distributions' own announcements; the long-term teams' where they are part of the distribution. */
const ends: readonly (readonly [id: string, version: RegExp, end: string])[] = [
  ['debian', /^9(\.|$)/, '2022-06-30'],
  ['debian', /^10(\.|$)/, '2024-06-30'],
  ['debian', /^11(\.|$)/, '2026-08-31'],
  ['debian', /^12(\.|$)/, '2028-06-30'],
  ['debian', /^13(\.|$)/, '2030-06-30'],
  ['ubuntu', /^18\.04/, '2023-05-31'],
  ['ubuntu', /^20\.04/, '2025-05-31'],
  ['ubuntu', /^22\.04/, '2027-04-30'],
  ['ubuntu', /^24\.04/, '2029-04-30'],
  ['alpine', /^3\.15(\.|$)/, '2023-11-01'],
  ['alpine', /^3\.16(\.|$)/, '2024-05-23'],
  ['alpine', /^3\.17(\.|$)/, '2024-11-22'],
  ['alpine', /^3\.18(\.|$)/, '2025-05-09'],
  ['alpine', /^3\.19(\.|$)/, '2025-11-01'],
  ['alpine', /^3\.20(\.|$)/, '2026-04-01'],
  ['alpine', /^3\.21(\.|$)/, '2026-11-01'],
  ['alpine', /^3\.22(\.|$)/, '2027-05-01'],
  ['centos', /^7(\.|$)/, '2024-06-30'],
  ['centos', /^8(\.|$)/, '2021-12-31'],
  ['rhel', /^8(\.|$)/, '2029-05-31'],
  ['rhel', /^9(\.|$)/, '2032-05-31'],
  ['rocky', /^8(\.|$)/, '2029-05-31'],
  ['rocky', /^9(\.|$)/, '2032-05-31'],
  ['almalinux', /^8(\.|$)/, '2029-03-01'],
  ['almalinux', /^9(\.|$)/, '2032-05-31'],
  ['amzn', /^2$/, '2026-06-30'],
  ['amzn', /^2023/, '2029-06-30'],
];

/** The last day with security fixes; undefined where this table does not know. */
export function endOfLife({ id, version }: { id: string; version: string }): string | undefined {
  return ends.find(([name, pattern]) => name === id && pattern.test(version))?.[2];
}
