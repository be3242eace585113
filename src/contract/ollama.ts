import { z } from 'zod';

// As Ollama reads them: null is "not given", and either `name` or `model` names the model.
const text = z.string().nullish();
const flag = z.boolean().nullish();
const record = z.record(z.string(), z.unknown());
const named = { name: text, model: text };
const keepAlive = z.union([z.string(), z.number()]).nullish();
const images = z.array(z.string()).nullish();
const format = z.union([z.string(), record]).nullish();
const think = z.union([z.boolean(), z.string()]).nullish();

const message = z.object({
  role: z.string().min(1),
  content: text,
  thinking: text,
  images,
  tool_calls: z
    .array(
      z.object({
        id: text,
        function: z.object({ name: z.string().min(1), arguments: z.union([record, z.string()]).nullish() }),
      }),
    )
    .nullish(),
  tool_name: text,
  tool_call_id: text,
});

export type OllamaMessage = z.output<typeof message>;

const generation = {
  ...named,
  stream: flag,
  format,
  keep_alive: keepAlive,
  options: record.nullish(),
  think,
  logprobs: flag,
  top_logprobs: z.number().int().min(0).max(20).nullish(),
};

/** The bodies of Ollama's API (contract model-runner §2.10, and Ollama's own description of it). */
export const ollamaRequests = {
  chat: z.object({ ...generation, messages: z.array(message).nullish(), tools: z.array(record).nullish() }),
  generate: z.object({
    ...generation,
    prompt: text,
    suffix: text,
    system: text,
    template: text,
    context: z.array(z.number().int().min(0)).nullish(),
    raw: flag,
    images,
  }),
  embed: z.object({
    ...named,
    input: z.union([z.string(), z.array(z.string())]).nullish(),
    truncate: flag,
    dimensions: z.number().int().min(0).nullish(),
    keep_alive: keepAlive,
    options: record.nullish(),
  }),
  embeddings: z.object({ ...named, prompt: text, keep_alive: keepAlive, options: record.nullish() }),
  show: z.object({ ...named, verbose: flag }),
  pull: z.object({ ...named, stream: flag }),
  push: z.object({ ...named, stream: flag }),
  delete: z.object(named),
  copy: z.object({ source: z.string(), destination: z.string() }),
  create: z.object({
    ...named,
    stream: flag,
    from: text,
    files: z.record(z.string(), z.string()).nullish(),
    adapters: z.record(z.string(), z.string()).nullish(),
    template: text,
    license: z.union([z.string(), z.array(z.string())]).nullish(),
    system: text,
    parameters: record.nullish(),
    messages: z.array(message).nullish(),
    quantize: text,
    quantization: text,
    modelfile: text,
  }),
} as const;

export type OllamaRequests = {
  readonly [Name in keyof typeof ollamaRequests]: z.output<(typeof ollamaRequests)[Name]>;
};

/** What a model made by `/api/create` brings to every conversation; kept with it as a layer. */
export const ollamaInstructions = z.object({
  system: z.string().optional(),
  parameters: record.optional(),
  messages: z.array(message).optional(),
});

export type OllamaInstructions = z.output<typeof ollamaInstructions>;
