import { Type } from "@sinclair/typebox";
import { connect, getPlayer, SwitchRefused, segmentsOf, summarise } from "../../domains/accounts/index.ts";
import { field, RequestError } from "../../errors.ts";
import { signUpBonuses } from "../../game/currencies.ts";
import {
  type ExternalProfile,
  type ProviderContext,
  ProviderRefusal,
  ProviderUnavailable,
  type SystemId,
} from "../../providers/provider.ts";
import type { Outcome, RequestContext } from "../definition.ts";
import { flag, optionalJson } from "../fields.ts";
import { refusals } from "./refusals.ts";
import { signedIn } from "./response.ts";

/** The fields that every connect request has besides its credentials. */
export const ConnectFields = {
  doNotLinkToCurrentPlayer: flag(
    "Never link the account to the current player; create another player for an unknown account.",
  ),
  errorOnSwitch: flag("Refuse if the session would switch to another player; switchSummary says which."),
  switchIfPossible: flag(
    "Switch to the account's owner even if the current player has another account of this system.",
  ),
  syncDisplayName: flag("Keep the player's display name equal to that of the account."),
  doNotCreateNewPlayer: flag("Refuse if the account is unknown and would create a new player."),
  segments: optionalJson("Segment type → value to set on the player."),
};
const Flags = Type.Object(ConnectFields);
type ConnectRequest = (typeof Flags)["static"];

export function providerContext({ clock, config }: RequestContext): ProviderContext {
  return { now: () => clock.now(), timeoutMs: config.providerTimeoutMs, maxFriends: config.maxImportedFriends };
}

/** Resolves to a verified profile; the provider's refusals become the request's. COPPA is checked before the provider is called. */
export async function verified(
  context: RequestContext,
  verify: () => Promise<ExternalProfile>,
): Promise<ExternalProfile> {
  if (context.credential.coppaCompliant) throw new RequestError(refusals.authentication["COPPA restricted"]);
  try {
    return await verify();
  } catch (error) {
    if (error instanceof ProviderRefusal) throw new RequestError(field(error.field, error.value), { cause: error });
    if (error instanceof ProviderUnavailable)
      throw new RequestError(refusals.authentication.UNAVAILABLE, { cause: error });
    throw error;
  }
}

/** Links, switches or creates a player as `accounts/connect` decides, and signs the player in. */
export async function connected(
  context: RequestContext,
  systemId: SystemId,
  key: string,
  request: ConnectRequest,
  profile: ExternalProfile,
): Promise<Outcome<Record<string, unknown>>> {
  try {
    const { player, newPlayer } = await connect(context.documents, context.player, {
      systemId,
      field: key,
      profile,
      flags: request,
      segments: segmentsOf(request.segments),
      ...signUpBonuses(context.game),
      now: context.clock.now(),
    });
    return signedIn(await getPlayer(context.documents, player), newPlayer);
  } catch (error) {
    if (!(error instanceof SwitchRefused)) throw error;
    const [switchSummary] = await summarise([error.owner], context.presence);
    throw new RequestError(error.refusals, { beside: { switchSummary } });
  }
}
