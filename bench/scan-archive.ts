import { createReadStream, statSync } from 'node:fs';
import { makeInventory, scanArchive } from '../src/images/index.ts';

// A process of its own, so that its memory is its own: scans one archive and prints what it took.
const file = process.argv[2] ?? '';
let peakBytes = 0;
const timer = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
}, 10);
const startedAt = performance.now();
const inventory = makeInventory(await scanArchive(createReadStream(file, { highWaterMark: 1024 * 1024 })));
const ms = performance.now() - startedAt;
clearInterval(timer);
console.log(JSON.stringify({ ms, peakBytes, bytes: statSync(file).size, packages: inventory.packages.length }));
