export { errorText, statusText, warningText, type ErrorFacts, type Language } from './daemon-texts.ts';
export { errorsZh } from './errors-zh.ts';
export { fill } from './fill.ts';
export { warningsZh } from './progress-zh.ts';
