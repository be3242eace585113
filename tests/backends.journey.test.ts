import { installedXllamacpp, llamaServerOnPath, smolLmWeights } from '#testing';
import { describeBackend } from '../src/testing/describe-backend.ts';

const weights = await smolLmWeights();

describeBackend('xllamacpp', { runtime: await installedXllamacpp(), weights });
describeBackend('llama-server', { runtime: await llamaServerOnPath(), weights });
