import { describeBackend, installedXllamacpp, llamaServerOnPath, smolLmWeights } from '#testing';

const weights = await smolLmWeights();

describeBackend('xllamacpp', { runtime: await installedXllamacpp(), weights });
describeBackend('llama-server', { runtime: await llamaServerOnPath(), weights });
