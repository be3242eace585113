import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CliContext } from '../../context.ts';
import { formatOf, printResult, type FormatOptions } from './format.ts';

export interface ConvertFlags extends FormatOptions {
  readonly file: string;
}

/** The entry of a catalogue for a `server.json` of the community's registry; for people too it is YAML. */
export async function convertServer(context: CliContext, flags: ConvertFlags): Promise<number> {
  const { catalogs } = await context.toolkit();
  const uri = pathToFileURL(resolve(flags.file)).href;
  const found = await catalogs.resolve(uri, { signal: context.signal, folder: process.cwd() });
  const wires = found.map(({ entry }) => entry.wire);
  const format = formatOf(flags, context) === 'json' ? 'json' : 'yaml';
  return await printResult(context, { format }, { value: wires.length === 1 ? wires[0] : wires, human: () => '' });
}
