export declare function buildDashboard(
  outdir: string,
  options?: { quick?: boolean },
): Promise<{ firstPageBytes: number; files: Record<string, number> }>;
