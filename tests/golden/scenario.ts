/** What is done between recorded requests, so that the store and the runners are as they were there. */
export type Action =
  | 'pull'
  | 'tag latest'
  | 'tag for push'
  | 'export'
  | 'begin a long answer'
  | 'break it off'
  | 'begin a load'
  | 'unload'
  | 'clear the configuration';

export type Step = { readonly golden: string } | { readonly action: Action };

const golden = (...names: readonly string[]): readonly Step[] => names.map((name) => ({ golden: name }));
const act = (action: Action): readonly Step[] => [{ action }];

/** Every recorded case, in an order in which it finds the state it was recorded in. */
export const scenario: readonly Step[] = [
  // An empty store.
  ...golden('root', 'root-head', 'unknown-route', 'unknown-engines-route-post', 'method-not-allowed-chat'),
  ...golden(
    'models-list-empty',
    'engines-v1-models-empty',
    'configure-get-empty',
    'engines-ps-empty',
    'engines-status',
  ),
  ...golden('models-create-empty-object', 'models-create-invalid-ref', 'models-create-registry-down'),
  ...golden('models-create-unknown', 'models-create-unknown-tag', 'models-create-unknown-acceptjson'),
  // The model comes and goes.
  ...golden('models-create', 'models-delete-before-json-pull'),
  ...act('pull'),
  ...golden('models-delete-before-raw-pull'),
  ...act('pull'),
  ...golden('models-list', 'models-list-trailing-slash', 'models-get-by-id', 'models-get-by-short-id'),
  ...golden('models-get-full-ref', 'models-get-missing', 'models-get-remote', 'models-get-remote-missing'),
  ...golden('models-tag-to-latest', 'models-get-ns-name', 'models-get-partial-name'),
  ...golden('engines-v1-models', 'engines-llamacpp-v1-models', 'v1-models-alias'),
  ...golden('engines-v1-models-get', 'engines-v1-models-get-missing'),
  ...golden('models-tag-by-short-id', 'models-tag-missing-params', 'models-tag-missing-tag'),
  ...golden('models-tag-missing-model', 'models-tag-invalid-target', 'models-tag-copy2'),
  ...act('tag for push'),
  ...golden('models-push', 'models-push-acceptjson', 'models-push-bad-json'),
  ...golden('models-repackage-bad-json', 'models-repackage-no-target', 'models-repackage'),
  // Refused before a runner is asked.
  ...golden('chat-bad-json', 'chat-empty-body', 'chat-no-model', 'chat-unknown-model', 'chat-unknown-backend'),
  ...golden('chat-backend-not-installed', 'chat-images-generation'),
  // One runner.
  ...golden('chat-first-of-prompt', 'chat-partial-name', 'chat', 'chat-engines-v1', 'chat-v1-alias', 'chat-stream'),
  ...golden('chat-stream-usage', 'chat-logprobs', 'chat-tools', 'chat-json-schema', 'chat-context-overflow'),
  ...golden('completions-stream', 'preload-only', 'engines-ps-loaded', 'metrics-one-runner'),
  ...golden('embeddings', 'embeddings-string', 'embeddings-base64', 'embeddings-bad-json', 'embeddings-unknown-model'),
  ...golden('engines-ps-two-modes', 'rerank', 'unload-one'),
  // Configuration.
  ...golden('configure', 'configure-get', 'configure-get-model', 'configure-while-running', 'engines-ps-configured'),
  ...golden('configure-bad-flag', 'configure-bad-json', 'configure-unknown-model', 'unload-all', 'unload-bad-json'),
  ...act('clear the configuration'),
  ...golden('configure-get-after'),
  ...golden('install-backend-empty', 'install-backend-unknown', 'uninstall-backend-unknown'),
  // Other APIs.
  ...golden('ollama-version', 'ollama-show', 'ollama-show-missing', 'ollama-chat', 'ollama-generate', 'ollama-ps'),
  ...golden('anthropic-messages', 'anthropic-count-tokens'),
  ...golden('responses-create', 'responses-create-stream', 'responses-no-model'),
  ...golden('requests-recorded', 'requests-recorded-missing', 'logs'),
  ...golden('cors-get-allowed', 'cors-get-denied', 'cors-options-no-origin'),
  ...golden('cors-preflight-allowed', 'cors-preflight-denied'),
  // Pooled embeddings.
  ...golden('configure-embedding-pooling', 'configure-get-embedding', 'embeddings-pooled-string'),
  ...golden('embeddings-pooled-no-input', 'engines-ps-embedding'),
  ...act('unload'),
  // While something loads or runs.
  ...act('begin a load'),
  ...golden('engines-ps-loading', 'models-delete-tag-while-loading', 'models-create-with-bearer'),
  ...act('break it off'),
  ...act('unload'),
  ...golden('chat-by-id', 'engines-ps-by-id', 'metrics-runner-asked-by-id', 'unload-by-id'),
  ...act('tag latest'),
  ...act('begin a long answer'),
  ...golden('engines-ps-in-use', 'unload-in-use', 'engines-ps-in-use-after-unload'),
  ...act('break it off'),
  ...golden('engines-ps-idle', 'configure-keep-alive', 'configure-get-keep-alive', 'engines-ps-keep-alive'),
  ...golden('chat-cold'),
  ...act('begin a long answer'),
  ...golden('models-delete-in-use', 'engines-ps-after-delete-in-use'),
  ...act('break it off'),
  // The end of the store.
  ...act('tag latest'),
  ...golden('models-delete-one-tag', 'models-delete-id-conflict', 'models-delete-missing', 'models-delete-missing-id'),
  ...act('export'),
  ...golden('models-load-bad', 'models-purge', 'models-load', 'models-list-after-load'),
];
