// Holds servers in containers until it is killed: node --import tsx mcp-holder.ts IMAGE HOME
import { createContainers } from '#mcp';
import { launchOf, secretsOf, talkTo, testClock, testDocker, testLog } from '../mcp-containers.ts';

const [image = '', home = ''] = process.argv.slice(2);
const containers = createContainers({
  docker: testDocker(),
  secrets: secretsOf({ token: 'x' }),
  home,
  node: process.execPath,
  clock: testClock,
  log: testLog,
});
await containers.sweep();
const plans = [
  launchOf(image, { env: { IGNORE_END: { kind: 'text', text: '1' } } }),
  launchOf(image, { env: { TOKEN: { kind: 'secret', parts: [{ secret: 'token' }] } } }),
  launchOf(image, { network: { kind: 'egress', allow: [{ host: 'x.test', port: 443, protocol: 'https' }] } }),
];
await Promise.all(plans.map((plan) => talkTo(containers.transport, plan, { session: 'held' })));
console.log('held');
// One more is always on its way, so that a kill finds one half made.
for (;;) {
  const talk = await talkTo(containers.transport, launchOf(image));
  await talk.connection.close();
}
