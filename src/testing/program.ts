import { fileURLToPath } from 'node:url';

/** Arguments of Node that run the command as users do: the bundle, which the set-up of the journeys makes when the source is newer. */
export const gantryProgram: readonly string[] = [fileURLToPath(new URL('../../dist/gantry.js', import.meta.url))];
