// Loaded when needed, and by its own file: what is imported on demand from CommonJS has no names in a bundle.
export { parseDocument, stringify } from 'yaml';
