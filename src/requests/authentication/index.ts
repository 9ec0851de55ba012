import type { AnyRequest } from "../definition.ts";
import { amazonConnect } from "./amazon-connect.ts";
import { authentication } from "./authentication.ts";
import { deviceAuthentication } from "./device-authentication.ts";
import { facebookConnect } from "./facebook-connect.ts";
import { gameCenterConnect } from "./game-center-connect.ts";
import { registration } from "./registration.ts";

export const authenticationRequests: readonly AnyRequest[] = [
  amazonConnect,
  authentication,
  deviceAuthentication,
  facebookConnect,
  gameCenterConnect,
  registration,
];
