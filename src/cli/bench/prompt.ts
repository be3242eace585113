/** What `docker model bench` asks, so that figures can be compared (contract model-runner §1.3). */
export const defaultBenchPrompt = 'Write a comprehensive 100 word summary on whales and their impact on society.';
