export { ggufBytes, tinyModelMetadata, tinyModelTensors, type GgufFixture, type TensorFixture } from './gguf-fixture.ts';
export type { FixtureValue } from './gguf-fixture-values.ts';
export { writeFakeRuntime, type FakeRuntimeBehaviour } from './fake-runtime.ts';
export { isRunning } from './is-running.ts';
