import type { Choose } from '../model/openai-model.ts';
import type { Intent } from './recognise.ts';

const kinds = [
  'rate',
  'fix',
  'generate',
  'why',
  'run',
  'scan',
  'doctor',
  'disk',
  'containers',
  'images',
  'volumes',
  'networks',
  'models',
  'capabilities',
  'other',
] as const;

const meanings = `rate: judge a Dockerfile. fix: improve a Dockerfile. generate: write a Dockerfile. why: find out why a container failed. run: start an image. scan: look for vulnerabilities in an image. doctor: check the whole Docker Engine. disk: disk space. containers, images, volumes, networks, models: list them. capabilities: what the assistant can do. other: anything else.`;

/** Lets a small model choose among what can be answered from facts; a grammar holds it to the list. The object must be in the question. */
export async function chooseIntent(
  question: string,
  choose: Choose,
  { signal }: { readonly signal: AbortSignal },
): Promise<Intent | undefined> {
  const answer = await choose(
    {
      messages: [
        { role: 'system', content: `Choose what the question asks for. ${meanings}` },
        { role: 'user', content: question },
      ],
      schema: {
        type: 'object',
        properties: { intent: { enum: kinds }, object: { type: 'string', maxLength: 120 } },
        required: ['intent', 'object'],
        additionalProperties: false,
      },
    },
    { signal },
  );
  const kind = kinds.find((one) => one === answer['intent']);
  const said = typeof answer['object'] === 'string' ? answer['object'].trim() : '';
  const object = said !== '' && /^[\w./:@-]+$/.test(said) && question.includes(said) ? said : undefined;
  switch (kind) {
    case undefined:
    case 'other':
      return undefined;
    case 'rate':
    case 'fix':
    case 'generate':
      return { kind, path: object !== undefined && /[/.]/.test(object) ? object : undefined };
    case 'why':
      return { kind, container: object };
    case 'run':
    case 'scan':
      return { kind, image: object };
    default:
      return { kind };
  }
}
