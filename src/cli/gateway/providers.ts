/** How a provider of OpenAI's API is reached. */
export interface Provider {
  /** Undefined where only the user knows it (`api_base`). */
  readonly baseUrl: string | undefined;
  /** Variable its key is looked for in when the file names none. */
  readonly keyVariable: string | undefined;
  /** Azure puts the deployment into the path and the key into a header of its own. */
  readonly style: 'openai' | 'azure';
}

const openai = (baseUrl: string, keyVariable?: string): Provider => ({ baseUrl, keyVariable, style: 'openai' });

/** Providers by the prefix of `params.model`. Anthropic and Gemini are asked through their OpenAI-compatible endpoints. */
export const providers: Readonly<Record<string, Provider>> = {
  openai: openai('https://api.openai.com/v1', 'OPENAI_API_KEY'),
  anthropic: openai('https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY'),
  gemini: openai('https://generativelanguage.googleapis.com/v1beta/openai', 'GEMINI_API_KEY'),
  together_ai: openai('https://api.together.xyz/v1', 'TOGETHER_API_KEY'),
  groq: openai('https://api.groq.com/openai/v1', 'GROQ_API_KEY'),
  deepseek: openai('https://api.deepseek.com/v1', 'DEEPSEEK_API_KEY'),
  fireworks_ai: openai('https://api.fireworks.ai/inference/v1', 'FIREWORKS_API_KEY'),
  mistral: openai('https://api.mistral.ai/v1', 'MISTRAL_API_KEY'),
  openrouter: openai('https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'),
  perplexity: openai('https://api.perplexity.ai', 'PERPLEXITY_API_KEY'),
  xai: openai('https://api.x.ai/v1', 'XAI_API_KEY'),
  nvidia_nim: openai('https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM_API_KEY'),
  cerebras: openai('https://api.cerebras.ai/v1', 'CEREBRAS_API_KEY'),
  sambanova: openai('https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY'),
  deepinfra: openai('https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_KEY'),
  ollama: openai('http://localhost:11434/v1'),
  vllm: openai('http://localhost:8000/v1'),
  lm_studio: openai('http://localhost:1234/v1'),
  docker_model_runner: openai('http://localhost:12434/engines/llama.cpp/v1'),
  azure: { baseUrl: undefined, keyVariable: 'AZURE_API_KEY', style: 'azure' },
};
