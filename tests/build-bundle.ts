import { runCommand } from './harness.ts';

/** Before a run of journeys: builds what users run, the command and the page, unless it is newer than the source. */
export async function setup(): Promise<void> {
  const { code, stderr } = await runCommand(['./gantry', '--version']);
  if (code !== 0) throw new Error(`The bundle could not be built: ${stderr}`);
}
