/** Beside the command, so that `--help` does not load what packages. */
export const packageFormats = ['docker', 'cncf'] as const;
