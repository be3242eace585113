/** What `skills` writes, by path below the skill's folder. */
export const skillFiles: Readonly<Record<string, string>> = {
  'SKILL.md': `---
name: docker-model-runner
description: Run AI models on this machine with docker model. Use it to pull, run, configure, measure, package or serve a local model, or to connect a program to one.
---

# Local models with docker model

A daemon on this machine serves models over HTTP. \`docker model\` and \`gantry\` are two names of the same command.

1. Look first: \`docker model status\`, \`docker model list\`, \`docker model ps\`.
2. Get a model: \`docker model pull ai/smollm2\`. Hugging Face works too: \`hf.co/ORG/MODEL:Q4_K_M\`.
3. Ask it: \`docker model run ai/smollm2 "question"\`. Without a question it is a chat and needs a terminal.
4. Connect a program with an OpenAI client: base URL \`http://localhost:12434/engines/v1\`, any key.

Every command takes \`--help\`; those with results take \`--json\`. Exit codes tell failures apart: \`gantry help exit-codes\`.

Do not remove models (\`rm\`, \`purge\`) or stop the daemon unless you were asked to. See references/docker-model-guide.md for more.
`,
  'references/docker-model-guide.md': `# docker model, by task

| to | run |
| --- | --- |
| get a model | \`docker model pull MODEL\` |
| see what is on disk, in memory, in use | \`docker model list\`, \`ps\`, \`df\` |
| see a model's facts | \`docker model show MODEL\`, \`inspect MODEL\` |
| free memory | \`docker model unload MODEL\` |
| change the context size | \`docker model configure --context-size 8192 MODEL\` |
| keep it in memory | \`docker model configure --keep-alive -1 MODEL\` |
| get JSON that follows a schema | \`docker model run --format schema.json MODEL "question"\` |
| measure | \`docker model bench MODEL --duration 10s\` |
| find models | \`docker model search WORDS\` |
| make a model of a GGUF file | \`docker model package --gguf FILE NAME\` |
| see past requests | \`docker model requests --json\` |
| see why something failed | \`docker model logs\` |

## APIs at http://localhost:12434

| API | base URL |
| --- | --- |
| OpenAI | \`/engines/v1\` |
| Anthropic | \`/anthropic\` |
| Ollama | \`/\` (\`/api/chat\` and the rest) |

From a container use \`host.docker.internal\` or \`model-runner.docker.internal\` instead of \`localhost\`.
`,
};
