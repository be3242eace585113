/** Schemas as people and SDKs write them, all small enough for a small model to fill in. */
export const jsonSchemas: Readonly<Record<string, object>> = {
  'one enum': object({ colour: { enum: ['red', 'blue'] } }),
  'two short strings': object({ name: { type: 'string', maxLength: 12 }, city: { type: 'string', maxLength: 12 } }),
  'bounded integer': object({ age: { type: 'integer', minimum: 18, maximum: 99 } }),
  'negative integer': object({ degrees: { type: 'integer', minimum: -40, maximum: -5 } }),
  'excluded bounds': object({ n: { type: 'integer', exclusiveMinimum: 7, exclusiveMaximum: 9 } }),
  'a share': object({ confidence: { type: 'number', minimum: 0, maximum: 1 } }),
  'a narrow share': object({ p: { type: 'number', minimum: 0.25, maximum: 0.75 } }),
  'a share without its ends': object({ p: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } }),
  'a number over zero': object({ price: { type: 'number', minimum: -3.5, maximum: 12.25 } }),
  'a multiple': object({ minutes: { type: 'integer', minimum: 0, maximum: 60, multipleOf: 15 } }),
  'a multiple without bounds': { type: 'integer', multipleOf: 5 },
  'boolean and null': object({ ok: { type: 'boolean' }, error: { type: 'null' } }),
  'a nullable string': object({ nick: { type: ['string', 'null'], maxLength: 8 } }),
  'a nullable by anyOf': object({ nick: { anyOf: [{ type: 'string', maxLength: 8 }, { type: 'null' }] } }),
  'a constant': object({ kind: { const: 'cat' }, legs: { const: 4 } }),
  'an enum of all types': { enum: ['a', 1, null, true, { b: [1] }] },
  'a list of enums': { type: 'array', items: { enum: ['x', 'y'] }, minItems: 1, maxItems: 3 },
  'an exact length': { type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, minItems: 4, maxItems: 4 },
  'a tuple': { type: 'array', prefixItems: [{ type: 'boolean' }, { enum: ['k'] }], items: false, minItems: 2 },
  'a tuple of old': {
    type: 'array',
    items: [{ type: 'boolean' }, { type: 'null' }],
    additionalItems: false,
    minItems: 2,
  },
  'a set': { type: 'array', items: { enum: ['a', 'b', 'c', 'd'] }, uniqueItems: true, minItems: 2, maxItems: 3 },
  'optional properties': {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'boolean' }, c: { type: 'boolean' } },
    required: ['b'],
    additionalProperties: false,
  },
  'all properties optional': { type: 'object', properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } } },
  'no properties': { type: 'object', additionalProperties: false },
  'a map': { type: 'object', additionalProperties: { type: 'integer', minimum: 0, maximum: 9 }, maxProperties: 2 },
  'a map with names of its own': {
    type: 'object',
    propertyNames: { enum: ['en', 'zh'] },
    additionalProperties: { type: 'string', maxLength: 6 },
    maxProperties: 2,
  },
  'a record as zod writes it': {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    propertyNames: { type: 'string', maxLength: 5 },
    additionalProperties: { type: 'boolean' },
    maxProperties: 2,
  },
  'a nested object': object({
    user: object({ id: { type: 'integer', minimum: 1, maximum: 500 }, ok: { type: 'boolean' } }),
  }),
  'a reference': {
    ...object({ from: { $ref: '#/$defs/point' }, to: { $ref: '#/$defs/point' } }),
    $defs: { point: object({ x: { type: 'integer', minimum: 0, maximum: 9 } }) },
  },
  'a reference with words beside it': {
    ...object({ it: { $ref: '#/definitions/word', description: 'A word.' } }),
    definitions: { word: { type: 'string', minLength: 1, maxLength: 6 } },
  },
  'a list of itself': {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: {
          value: { type: 'boolean' },
          more: { type: 'array', maxItems: 1, items: { $ref: '#/$defs/leaf' } },
        },
        required: ['value', 'more'],
        additionalProperties: false,
      },
      leaf: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
    },
  },
  'all of two': {
    allOf: [object({ a: { type: 'boolean' } }, 'open'), object({ b: { type: 'boolean' } }, 'open')],
  },
  'bounds from two sides': { type: 'integer', allOf: [{ minimum: 10 }, { maximum: 12 }] },
  'one of two objects': {
    oneOf: [
      object({ kind: { const: 'cat' }, lives: { type: 'integer', minimum: 1, maximum: 9 } }),
      object({ kind: { const: 'dog' }, good: { const: true } }),
    ],
  },
  'one of two types': {
    oneOf: [
      { type: 'string', maxLength: 4 },
      { type: 'integer', minimum: 0, maximum: 5 },
    ],
  },
  'requirements by branch': {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'boolean' } },
    additionalProperties: false,
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  'a pattern': object({ code: { type: 'string', pattern: '^[A-Z]{3}-\\d{2,4}$' } }),
  'a pattern with a length': object({ code: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 } }),
  'a pattern of choices': object({ size: { type: 'string', pattern: '^(small|medium|x{1,2}large)$' } }),
  'a date': object({ day: { type: 'string', format: 'date' } }),
  'a moment': object({ at: { type: 'string', format: 'date-time' } }),
  'an identifier': object({ id: { type: 'string', format: 'uuid' } }),
  'an address': object({ ip: { type: 'string', format: 'ipv4' } }),
  'a quote in a name': object({ 'say "hi"\\': { type: 'boolean' }, 颜色: { enum: ['红', '蓝'] } }),
  'a property that requires another': {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'boolean' } },
    dependentRequired: { a: ['b'] },
    additionalProperties: false,
  },
  'a dependent minimum of properties': {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'boolean' } },
    minProperties: 1,
  },
};

function object(properties: Readonly<Record<string, object>>, kind: 'closed' | 'open' = 'closed'): object {
  const rest = kind === 'closed' ? { additionalProperties: false } : {};
  return { type: 'object', properties, required: Object.keys(properties), ...rest };
}
