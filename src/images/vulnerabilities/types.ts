export type VulnerabilitySeverity = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

export interface Vulnerability {
  readonly id: string;
  readonly package: string;
  readonly installed: string;
  readonly fixed: string | undefined;
  readonly severity: VulnerabilitySeverity;
}

/** What a scanner of vulnerabilities says; or that there is none, or that it failed. */
export type VulnerabilityReport =
  | { readonly state: 'known'; readonly by: string; readonly vulnerabilities: readonly Vulnerability[] }
  | { readonly state: 'none' }
  | { readonly state: 'failed'; readonly by: string; readonly detail: string };

/** Runs a program to its end. Rejects when it cannot be started. */
export type RunProgram = (
  argv: readonly string[],
  options: { signal?: AbortSignal | undefined },
) => Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
