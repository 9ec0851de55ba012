import type { AnyRequest } from "../definition.ts";
import { endSession } from "./end-session.ts";

export const analyticsRequests: readonly AnyRequest[] = [endSession];
