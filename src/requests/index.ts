import { analyticsRequests } from "./analytics/index.ts";
import { authenticationRequests } from "./authentication/index.ts";
import type { AnyRequest } from "./definition.ts";
import { miscRequests } from "./misc/index.ts";
import { multiplayerRequests } from "./multiplayer/index.ts";
import { playerRequests } from "./player/index.ts";

/** Every request the server knows, by its class without the dot. */
export const requests: ReadonlyMap<string, AnyRequest> = new Map(
  [...analyticsRequests, ...authenticationRequests, ...miscRequests, ...multiplayerRequests, ...playerRequests].map(
    (r) => [r.name, r],
  ),
);
