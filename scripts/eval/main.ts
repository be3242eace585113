import { evalDiagnosis } from './diagnosis.ts';
import { evalAssistant } from './assistant.ts';
import { evalDockerfiles } from './dockerfile.ts';
import { evalTable, isMet, type EvalResult } from './table.ts';

/** Corpora by name; each gives its tallies, and what it must reach. */
const corpora: Readonly<Record<string, () => EvalResult | Promise<EvalResult>>> = {
  dockerfile: evalDockerfiles,
  diagnosis: evalDiagnosis,
  assistant: evalAssistant,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !(name in corpora));
if (unknown.length > 0) {
  console.error(`No such corpus: ${unknown.join(', ')}. There are: ${Object.keys(corpora).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(corpora)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const result = await run();
  console.log(`${evalTable(result)}\n`);
  if (!isMet(result)) process.exitCode = 1;
}
