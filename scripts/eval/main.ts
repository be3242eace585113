import { parseArgs } from 'node:util';
import { evalDiagnosis } from './diagnosis.ts';
import { evalAssistant } from './assistant.ts';
import { evalDockerfiles } from './dockerfile.ts';
import { evalTable, isMet, type EvalResult } from './table.ts';
import { evalTools } from './tools.ts';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: text, model: text, key: text } });
const key = values.key === undefined ? undefined : process.env[values.key];

/** Corpora by name; each gives its tallies, and what it must reach. */
const corpora: Readonly<Record<string, () => EvalResult | Promise<EvalResult>>> = {
  dockerfile: evalDockerfiles,
  diagnosis: evalDiagnosis,
  assistant: evalAssistant,
  tools: async () => await evalTools({ url: values.url, model: values.model, key }),
};

const unknown = positionals.filter((name) => !(name in corpora));
if (unknown.length > 0) {
  console.error(`No such corpus: ${unknown.join(', ')}. There are: ${Object.keys(corpora).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(corpora)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const result = await run();
  console.log(`${evalTable(result)}\n`);
  if (!isMet(result)) process.exitCode = 1;
}
