/** What a runner answered to `/metrics`, and what tells its samples from those of others. */
export interface RunnerText {
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Family {
  readonly head: string[];
  readonly samples: string[];
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;

/** Puts the metrics of several runners together, a family once, each sample with the labels of its runner. */
export function mergeRunnerTexts(runners: readonly RunnerText[]): string {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    const known = families.get(name) ?? { head: [], samples: [] };
    families.set(name, known);
    return known;
  };
  for (const { text, labels } of runners) {
    const own = labelText(labels);
    let current = '';
    for (const line of text.split('\n')) {
      const [, kind, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (kind !== undefined && name !== undefined) {
        current = name;
        const { head } = family(name);
        if (!head.some((one) => one.startsWith(`# ${kind} `))) head.push(line.trimEnd());
        continue;
      }
      const [, sample, given, value] = sampleLine.exec(line) ?? [];
      if (sample === undefined || value === undefined || Number.isNaN(Number(numberText(value)))) continue;
      const at = current !== '' && sample.startsWith(current) ? current : sample;
      family(at).samples.push(`${sample}{${given ? `${given},` : ''}${own}} ${value}`);
    }
  }
  return [...families.values()]
    .filter(({ samples }) => samples.length > 0)
    .map(({ head, samples }) => `${[...head, ...samples].join('\n')}\n`)
    .join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
    )
    .join(',');
}

/** Prometheus writes infinities and NaN in its own way; they are values too. */
function numberText(value: string): string {
  return /^[+-]?Inf$|^NaN$/i.test(value) ? '0' : value;
}
