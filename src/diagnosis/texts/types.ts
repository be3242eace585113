/** Title, why, what to do. `{name}` marks what varies. */
export type CauseText = readonly [title: string, why: string, advice: string];
