/** Words of options; apart from the commands, so that printing help does not load the analysis. */
export const rateFormats = ['text', 'json', 'sarif', 'junit', 'markdown', 'html'] as const;
export type RateFormat = (typeof rateFormats)[number];
export const failSeverities = ['error', 'warning', 'info'] as const;
export type FailSeverity = (typeof failSeverities)[number];
export const projectLanguages = ['node', 'python', 'go', 'java', 'rust', 'php', 'ruby', 'dotnet', 'static'] as const;
