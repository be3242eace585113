export { evaluate } from './evaluate.ts';
export { parseExpression } from './parse.ts';
