export interface Deviation {
  readonly status: number;
  /** What our body looks like. */
  readonly like: RegExp;
}

const openAiError = (status: number, code: string): Deviation => ({
  status,
  like: new RegExp(`^\\{"error":\\{"message":"[^"].*"code":"${code.replaceAll('.', '\\.')}"`),
});

/** Where our answers differ from the recorded ones on purpose. docs/compatibility.md names each case and says why. */
export const deviations: Readonly<Record<string, Deviation>> = {
  // Errors of OpenAI routes have OpenAI's shape.
  'method-not-allowed-chat': openAiError(404, 'request.not_found'),
  'engines-v1-models-get-missing': openAiError(404, 'model_not_found'),
  'chat-bad-json': openAiError(400, 'request.invalid'),
  'chat-empty-body': openAiError(400, 'request.invalid'),
  'chat-no-model': openAiError(400, 'request.invalid'),
  'chat-unknown-model': openAiError(404, 'model_not_found'),
  'chat-unknown-backend': openAiError(404, 'backend.not_found'),
  'chat-backend-not-installed': openAiError(412, 'runtime.not_installed'),
  'embeddings-bad-json': openAiError(400, 'request.invalid'),
  'embeddings-unknown-model': openAiError(404, 'model_not_found'),
  'embeddings-pooled-no-input': openAiError(400, 'request.invalid'),
  'chat-context-overflow': openAiError(400, 'context_length_exceeded'),
  // Refused before a model is loaded for nothing.
  embeddings: openAiError(400, 'inference.unsupported'),
  'embeddings-string': openAiError(400, 'inference.unsupported'),
  'embeddings-base64': openAiError(400, 'inference.unsupported'),
  rerank: openAiError(400, 'inference.unsupported'),
  'chat-images-generation': { status: 404, like: /^\{"error":/ },
  // Errors that say what to do.
  'models-create-registry-down': { status: 500, like: /^error while pulling model: Cannot reach 127\.0\.0\.1/ },
  'models-get-remote-missing': { status: 404, like: /^error while getting remote model: model not found\n$/ },
  'models-tag-invalid-target': { status: 400, like: /^error while tagging model: "UPPER CASE:y" is not a model name/ },
  'models-repackage-bad-json': { status: 400, like: /^invalid request body: / },
  'models-delete-id-conflict': { status: 409, like: /^error while deleting model: Model .* has several tags/ },
  'models-load-bad': { status: 422, like: /^error while loading model: .*ends in the middle/ },
  'ollama-show-missing': { status: 404, like: /^\{"error":"model 'ai\/missing' not found/ },
  // Configuration.
  'configure-bad-flag': { status: 400, like: /^runtime flag "--log-file" is not allowed for backend "llama\.cpp"\n$/ },
  'configure-unknown-model': { status: 404, like: /^There is no model "ai\/missing"/ },
  // The rest.
  'engines-v1-models-get': openAiError(404, 'model_not_found'),
  'responses-create-stream': { status: 200, like: /event: response\.incomplete\n/ },
  'cors-options-no-origin': { status: 204, like: /^$/ },
  'metrics-one-runner': { status: 200, like: /llamacpp:tokens_predicted_total\{/ },
};
