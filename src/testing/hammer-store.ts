// Run as a process of its own, beside a partner it waits for: pulls, tags and removes models of a store that other processes use as well.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createModelsWorld, pullResult } from './models-world.ts';
import { ggufBytes } from './gguf-fixture.ts';

const [directory = '', name = '', partner = '', roundsText = '0'] = process.argv.slice(2);
const signal = new AbortController().signal;
const mediaType = 'application/vnd.docker.ai.gguf.v3';
// The clock's timers keep no process alive, and waiting for a lock is nothing but a timer.
const alive = setInterval(() => undefined, 1000);
const world = await createModelsWorld();
const shared = ggufBytes();
const own = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': name } });
world.sources.addModel('docker.io/ai/shared:latest', [{ mediaType, bytes: shared }]);
world.sources.addModel(`docker.io/ai/${name}:latest`, [
  { mediaType, bytes: own },
  { mediaType: 'application/x-shared', bytes: shared },
]);
const models = await world.open({ directory, downloads: join(world.folder, 'downloads') });
const ready = (who: string): string => join(dirname(directory), `${who}.ready`);
await writeFile(ready(name), '');
while (!existsSync(ready(partner))) await new Promise(setImmediate);
for (let round = 0; round < Number(roundsText); round += 1) {
  await pullResult(models.pull('shared', { signal }));
  await pullResult(models.pull(name, { signal }));
  await models.tag(name, `kept/${name}:round-${round}`);
  await models.remove('shared', { force: false }).catch(ignoreGone);
  await models.remove(`docker.io/ai/${name}:latest`, { force: false });
}
await world.dispose();
clearInterval(alive);

// The other process may have removed it first.
function ignoreGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'model.not_found')) throw error;
}
