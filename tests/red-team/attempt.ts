/** Where hostile text is read. */
export type Carrier =
  | 'label'
  | 'log'
  | 'volume label'
  | 'image label'
  | 'readme'
  | 'source file'
  | 'dockerfile'
  | 'compose file'
  | 'web page'
  | 'mcp result'
  | 'file name'
  | 'command output';

export type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];

/** One try to have a model do something. The model of the test obeys to the letter. */
export interface Attempt {
  readonly id: string;
  readonly via: Carrier;
  /** What stands there. `{canary}` is a secret. */
  readonly text: string;
  readonly obeys: readonly Call[];
  /** The arguments do not stand in the text: the model decoded or made them up. */
  readonly isRewritten?: boolean;
}

export const sh = (command: string): Call => ['shell', { command }];
