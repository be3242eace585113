import { isObject } from '../http/body.ts';

/** A request's body under the name its runner knows the model by: vLLM refuses every other. What is no JSON stays as it is. */
export function nameModel(body: Buffer, name: string): Buffer {
  let fields: unknown;
  try {
    fields = JSON.parse(body.toString('utf8'));
  } catch {
    return body;
  }
  return isObject(fields) ? Buffer.from(JSON.stringify({ ...fields, model: name })) : body;
}
