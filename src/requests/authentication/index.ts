import { providers } from "../../providers/index.ts";
import type { AnyRequest } from "../definition.ts";
import { authentication } from "./authentication.ts";
import { connectRequests } from "./connect-request.ts";
import { deviceAuthentication } from "./device-authentication.ts";
import { registration } from "./registration.ts";

export const authenticationRequests: readonly AnyRequest[] = [
  authentication,
  deviceAuthentication,
  registration,
  ...providers.flatMap(connectRequests),
];
