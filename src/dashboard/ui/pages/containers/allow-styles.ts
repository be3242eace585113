/**
 * Lets a library that makes style sheets and style attributes of its own work under the page's policy, until what is returned is called.
 * The policy wants a nonce on sheets, and forbids style attributes, but not the same styles set one by one.
 */
export function allowStyles(page: Document, nonce: string): () => void {
  const make = page.createElement.bind(page);
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = make(name, options);
    if (name === 'style') element.nonce = nonce;
    if (name === 'span') {
      const setAttribute = element.setAttribute.bind(element);
      element.setAttribute = (attribute, value) => {
        if (attribute === 'style') element.style.cssText = value;
        else setAttribute(attribute, value);
      };
    }
    return element;
  };
  // A property of the object itself hides the one of all documents until it is deleted.
  Object.defineProperty(page, 'createElement', { configurable: true, value: createElement });
  return () => {
    Reflect.deleteProperty(page, 'createElement');
  };
}
