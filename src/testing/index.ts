export { ggufBytes, tinyModelMetadata, tinyModelTensors, type GgufFixture, type TensorFixture } from './gguf-fixture.ts';
export type { FixtureValue } from './gguf-fixture-values.ts';
