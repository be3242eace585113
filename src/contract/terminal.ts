import { z } from 'zod';

const size = {
  columns: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
};

/**
 * `POST /gantry/containers/{id}/terminal`: starts a program in a container that runs, on a terminal of this size. Answered with one JSON
 * object a line, `terminalLine`, for as long as it runs; it is ended when the client leaves.
 */
export const terminalRequest = z.strictObject({
  /** The shell of the container where there is none. */
  command: z.array(z.string().min(1).max(4096)).min(1).max(100).optional(),
  user: z.string().min(1).max(200).optional(),
  ...size,
});

export const terminalLine = z.discriminatedUnion('type', [
  /** First: what is typed is sent under this name. */
  z.object({ type: z.literal('opened'), terminal: z.string() }),
  /** What the program wrote, in base64: it need not be text. */
  z.object({ type: z.literal('output'), data: z.string() }),
  /** Last: it has ended; null where its code is not known. */
  z.object({ type: z.literal('ended'), exitCode: z.number().nullable() }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
]);

const named = { terminal: z.string().min(1).max(100) };

/** `POST /gantry/containers/{id}/terminal-input`, answered 204: what is typed. */
export const terminalInputRequest = z.strictObject({ ...named, text: z.string().min(1).max(100_000) });

/** `POST /gantry/containers/{id}/terminal-size`, answered 204. */
export const terminalSizeRequest = z.strictObject({ ...named, ...size });

export type TerminalRequest = z.infer<typeof terminalRequest>;
export type TerminalLine = z.infer<typeof terminalLine>;
