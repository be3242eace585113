import type { OllamaInstructions } from '#contract';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteDeps } from '../route-sets.ts';
import { instructionsOf } from './instructions.ts';
import { modifiedAt } from './list.ts';
import { detailsOf } from './names.ts';
import { modelNameOf, readRequest } from './request.ts';
import { traitsOf } from './traits.ts';

/** `POST /api/show`. With `verbose` nothing more is known: long lists are not kept from a header. */
export async function show(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'show');
  const name = modelNameOf(request, exchange);
  const model = await deps.models.get(name);
  const [traits, instructions, licences] = await Promise.all([
    traitsOf(model, deps),
    instructionsOf(model, deps),
    deps.models.texts(model.id, 'licence'),
  ]);
  const { system, messages } = instructions;
  const parameters = parameterLines(instructions);
  sendJson(exchange, 200, {
    ...(licences.length === 0 ? {} : { license: licences.join('\n') }),
    modelfile: modelfile({ name, template: traits.template, parameters, system }),
    ...(parameters.length === 0 ? {} : { parameters: parameters.join('\n') }),
    template: traits.template ?? '',
    ...(system ? { system } : {}),
    ...(messages?.length ? { messages } : {}),
    details: detailsOf(model),
    model_info: traits.info,
    capabilities: traits.capabilities,
    modified_at: modifiedAt(model),
  });
}

/** `temperature   0.2`, one line a value, as Ollama prints them. */
function parameterLines({ parameters = {} }: OllamaInstructions): readonly string[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => `${name.padEnd(30)} ${JSON.stringify(one)}`),
  );
}

interface ModelfileParts {
  readonly name: string;
  readonly template: string | undefined;
  readonly parameters: readonly string[];
  readonly system: string | undefined;
}

function modelfile({ name, template, parameters, system }: ModelfileParts): string {
  return [
    `FROM ${name}`,
    ...(template === undefined ? [] : [`TEMPLATE """${template}"""`]),
    ...(system ? [`SYSTEM """${system}"""`] : []),
    ...parameters.map((line) => `PARAMETER ${line.replace(/\s+/, ' ')}`),
    '',
  ].join('\n');
}
