/** What an app is told: where the models are, which one, and how the caller reaches them. */
export interface Endpoint {
  /** Base address of the daemon, without a slash at its end. */
  readonly base: string;
  readonly model: string | undefined;
}

interface AnyApp {
  readonly title: string;
  readonly env: (endpoint: Endpoint) => Readonly<Record<string, string>>;
}

/** Runs in a container; its page is served on `port` of this machine. */
export interface ContainerApp extends AnyApp {
  readonly kind: 'container';
  readonly image: string;
  readonly port: number;
  readonly containerPort: number;
  readonly volumes: readonly string[];
}

/** A program the user has installed. */
export interface HostApp extends AnyApp {
  readonly kind: 'host';
  readonly program: string;
  readonly modelArgs: (model: string) => readonly string[];
  /** Whether a provider must be written to opencode's configuration for `modelArgs` to work. */
  readonly writesOpenCode?: boolean;
}

export type App = ContainerApp | HostApp;

const key = 'sk-docker-model-runner';

function openAiEnv(url: string): Record<string, string> {
  return {
    OPENAI_API_BASE: url,
    OPENAI_BASE_URL: url,
    OPENAI_API_BASE_URL: url,
    OPENAI_API_KEY: key,
    OPEN_AI_KEY: key,
  };
}

/** Apps by the name `launch` takes (contract model-runner §1.3). */
export const apps: Readonly<Record<string, App>> = {
  openwebui: {
    kind: 'container',
    title: 'Open WebUI',
    image: 'ghcr.io/open-webui/open-webui:latest',
    port: 3000,
    containerPort: 8080,
    volumes: ['openwebui_data:/app/backend/data'],
    env: ({ base }) => ({ ...openAiEnv(`${base}/engines/v1`), WEBUI_AUTH: 'false' }),
  },
  anythingllm: {
    kind: 'container',
    title: 'AnythingLLM',
    image: 'mintplexlabs/anythingllm:latest',
    port: 3001,
    containerPort: 3001,
    volumes: ['anythingllm_data:/app/server/storage'],
    env: ({ base, model }) => ({
      STORAGE_DIR: '/app/server/storage',
      LLM_PROVIDER: 'docker-model-runner',
      DOCKER_MODEL_RUNNER_BASE_PATH: base,
      ...(model === undefined ? {} : { DOCKER_MODEL_RUNNER_LLM_MODEL_PREF: model }),
    }),
  },
  opencode: {
    kind: 'host',
    title: 'OpenCode',
    program: 'opencode',
    env: ({ base }) => openAiEnv(`${base}/engines/v1`),
    modelArgs: (model) => ['--model', `dmr/${model}`],
    writesOpenCode: true,
  },
  codex: {
    kind: 'host',
    title: 'Codex',
    program: 'codex',
    env: ({ base }) => openAiEnv(`${base}/v1`),
    modelArgs: (model) => ['--model', model],
  },
  claude: {
    kind: 'host',
    title: 'Claude Code',
    program: 'claude',
    env: ({ base, model }) => ({
      ANTHROPIC_BASE_URL: `${base}/anthropic`,
      ANTHROPIC_API_KEY: key,
      ...(model === undefined ? {} : { ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model }),
    }),
    modelArgs: () => [],
  },
  openclaw: {
    kind: 'host',
    title: 'OpenClaw',
    program: 'openclaw',
    env: ({ base }) => openAiEnv(`${base}/engines/v1`),
    modelArgs: () => [],
  },
};
