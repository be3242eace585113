import type { Env } from '#core';

/** The user's token, for models of Hugging Face alone; no other server shall see it. */
export function huggingFaceToken(model: string, env: Env): { 'bearer-token'?: string } {
  const token = /^(hf\.co|huggingface\.co)\//i.test(model) ? env['HF_TOKEN'] : undefined;
  return token ? { 'bearer-token': token } : {};
}
