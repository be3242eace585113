// Loaded before a tester that gives up on an answer within half a second, which a busy machine needs to start a process: its short
// waits are five times as long. What it looks for meanwhile stays the same.
const usual = globalThis.setTimeout;
const patient = (work, delayMs = 0, ...rest) => usual(work, delayMs <= 1500 ? delayMs * 5 : delayMs, ...rest);
globalThis.setTimeout = Object.defineProperties(patient, Object.getOwnPropertyDescriptors(usual));
