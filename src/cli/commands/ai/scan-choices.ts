export const scanFormats = ['text', 'json', 'cyclonedx'] as const;
export type ScanFormat = (typeof scanFormats)[number];

/** From the worst on. */
export const scanLevels = ['high', 'medium', 'low'] as const;
export type ScanLevel = (typeof scanLevels)[number];
