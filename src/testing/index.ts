export {
  ggufBytes,
  tinyModelMetadata,
  tinyModelTensors,
  type GgufFixture,
  type TensorFixture,
} from './gguf-fixture.ts';
export type { FixtureValue } from './gguf-fixture-values.ts';
export { writeFakeRuntime, type FakeRuntimeBehaviour } from './fake-runtime.ts';
export { fuzzedBody } from './fuzz-json.ts';
export { inspect, type Inspected } from './inspected.ts';
export { isRunning } from './is-running.ts';
export { createManualClock, type ManualClock } from './manual-clock.ts';
export { sendRange, serve, type TestServer } from './content-server.ts';
export { testCertificate } from './certificate.ts';
export { dockerRegistryMissing, startDockerRegistry, type DockerRegistry } from './docker-registry.ts';
export { createFakeBackend, type FakeBackend, type FakeBackendOptions, type FakeRunner } from './fake-backend.ts';
export { memoryBlob, type MemoryBlobOptions } from './memory-blob.ts';
export { ModelSources, sha256, type LayerFixture } from './model-sources.ts';
export { boundSockets, processFacts, type ProcessFacts } from './process-facts.ts';
export { pythonEnvironment } from './python-environment.ts';
export { createRandom, type Random } from './random.ts';
export { simpleTransfer } from './simple-transfer.ts';
export { slopeOf, type Point } from './slope.ts';
export { killParentOfRunner } from './kill-parent.ts';
export { exclusively, testCache, type Skip } from './test-cache.ts';
export { smolLmBundle, smolLmWeights } from './weights.ts';
export { installedXllamacpp, llamaServerOnPath } from './real-runtimes.ts';
export { allEvents, createModelsWorld, failureOf, pullResult, type ModelsWorld } from './models-world.ts';
export {
  errorCodeFrom,
  inferenceWorld,
  otherModel,
  roomForOne,
  smallModel,
  type FakeModel,
  type InferenceWorldOptions,
} from './inference-world.ts';
export { gantryProgram } from './program.ts';
export { freePort, startTestDaemon, type TestDaemon, type TestDaemonOptions } from './daemon.ts';
export { jsonSchemas } from './json-schemas.ts';
export { generatedCatalog, type GeneratedServer } from './generated-catalog.ts';
export { catalogServer } from './catalog-server.ts';
export { createProcessLauncher, processServer } from './process-launcher.ts';
export { answeringEngine, Refusal, type AnsweringEngine } from './answering-engine.ts';
