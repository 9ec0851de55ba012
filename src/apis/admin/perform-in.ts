import { AccountsService } from "../../domains/accounts/index.ts";
import type { Role } from "../../domains/admins/index.ts";
import type { Stage } from "../../game/game.ts";
import type { Actor } from "../../kernel/actor.ts";
import { type AnyOperation, type OperationServer, perform } from "./operation.ts";

export interface Performance {
  /** The default stage if absent. */
  stage: Stage | undefined;
  args: unknown;
  by: Actor;
  role: Role;
}

/** Performs an operation in a running server. @throws as `perform` */
export async function performIn(
  server: OperationServer,
  operation: AnyOperation,
  { stage: wanted, args, by, role }: Performance,
): Promise<object> {
  const { defaultStage } = server.config;
  const stage = operation.on === "default" ? defaultStage : (wanted ?? defaultStage);
  const store = await server.stores.open(stage);
  const { passwords, linkTokens } = server.service(AccountsService);
  const seal = (text: string, purpose: string) => linkTokens.sealText(text, purpose);
  return perform(operation, args, { store, stage, by, role, now: server.clock.now(), passwords, seal, server });
}
