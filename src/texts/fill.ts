/** Puts values into a template; undefined when one is missing. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string | undefined {
  let complete = true;
  const text = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) complete = false;
    return String(value);
  });
  return complete ? text : undefined;
}
