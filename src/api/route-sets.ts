import { createAccessRoutes } from './access/access-routes.ts';
import { createAssistantRoutes } from './assistant/assistant-routes.ts';
import { createAnthropicRoutes } from './anthropic/anthropic-routes.ts';
import { createBackendRoutes } from './backends/backend-routes.ts';
import { createConfigureRoutes } from './configure/configure-routes.ts';
import { createDashboardRoutes } from './dashboard/dashboard-routes.ts';
import { createContainerRoutes } from './containers/container-routes.ts';
import { createDockerRoutes } from './docker/docker-routes.ts';
import { createStorageRoutes } from './docker/storage-routes.ts';
import { createStorageUseRoutes } from './storage/storage-use-routes.ts';
import { createDockerfileRoutes } from './dockerfiles/dockerfile-routes.ts';
import type { RouteSet } from './http/route-set.ts';
import { createImageRoutes } from './images/image-routes.ts';
import type { Engine } from './inference/engine.ts';
import type { InstructionsSource } from './inference/instruct.ts';
import type { LargeBodies } from './inference/large-bodies.ts';
import type { AnswerDeps } from './inference/with-answer.ts';
import { createManagementRoutes } from './mcp/manage-routes.ts';
import { createMcpRoutes } from './mcp/mcp-routes.ts';
import { createRemovalRoutes } from './models/removal-routes.ts';
import { createMoreInferenceRoutes } from './more-inference/more-inference-routes.ts';
import { createObserveRoutes } from './observe/observe-routes.ts';
import { createOllamaRoutes } from './ollama/ollama-routes.ts';
import { createPublishRoutes } from './publish/publish-routes.ts';
import { createLookUpRoutes } from './search/look-up-routes.ts';
import { createSearchRoutes } from './search/search-routes.ts';
import { createSigningRoutes } from './signing/signing-routes.ts';
import { createSettingsRoutes } from './settings/settings-routes.ts';
import { createSwitchedOffRoutes } from './settings/switched-off.ts';
import { createRelayRoutes } from './relay/relay-routes.ts';
import { createResponsesRoutes } from './responses/responses-routes.ts';
import type { ApiOptions } from './types.ts';

export interface RouteDeps extends ApiOptions, AnswerDeps {
  readonly engine: Engine;
  readonly largeBodies: LargeBodies;
  readonly instructions: InstructionsSource;
}

/** The APIs besides the routes of the model store and of OpenAI's inference, which are in `http/route.ts`. The first that matches answers. */
export function createRouteSets(deps: RouteDeps): readonly RouteSet[] {
  return [
    createSwitchedOffRoutes(deps),
    createSettingsRoutes(deps),
    createAccessRoutes(deps),
    createConfigureRoutes(deps),
    createBackendRoutes(deps),
    createAnthropicRoutes(deps),
    createResponsesRoutes(deps),
    createOllamaRoutes(deps),
    createMoreInferenceRoutes(deps),
    createPublishRoutes(deps),
    createSearchRoutes(deps),
    createLookUpRoutes(deps),
    createRemovalRoutes(deps),
    createMcpRoutes(deps),
    createManagementRoutes(deps),
    createRelayRoutes(deps),
    createSigningRoutes(deps),
    createAssistantRoutes(deps),
    createDashboardRoutes(deps),
    createDockerRoutes(deps),
    createStorageRoutes(deps),
    createStorageUseRoutes(deps),
    createContainerRoutes(deps),
    createImageRoutes(deps),
    createDockerfileRoutes(deps),
    ...createObserveRoutes(deps),
  ];
}
