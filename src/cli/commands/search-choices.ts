/** Beside the command, so that `--help` does not load what searches. */
export const searchSources = ['all', 'dockerhub', 'docker', 'hub', 'huggingface', 'hf'] as const;
