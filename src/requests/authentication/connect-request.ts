import { Type } from "@sinclair/typebox";
import {
  announceArrival,
  connect,
  getPlayer,
  type SealedTokens,
  SwitchRefused,
  segmentsOf,
  summarise,
} from "../../domains/accounts/index.ts";
import { type Refusal, RequestError } from "../../errors.ts";
import { signUpBonuses } from "../../game/currencies.ts";
import { providerContext } from "../../kernel/provider-context.ts";
import { settingsIn } from "../../providers/index.ts";
import {
  type AnyProvider,
  type ExternalProfile,
  ProviderRefusal,
  type ProviderRefusalValue,
  ProviderUnavailable,
  type SystemId,
} from "../../providers/provider.ts";
import type { AnyoneDefinition, AnyRequest, Outcome, RequestContext } from "../definition.ts";
import { flag, optionalJson } from "../fields.ts";
import { connectRefusals, refusals } from "./refusals.ts";
import { AuthenticationFields, exampleAnswer, signedIn } from "./response.ts";

/** The fields that every connect request has besides its credentials. */
const ConnectFields = {
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
type ConnectDefinition = AnyoneDefinition<typeof Flags, typeof AuthenticationFields, Verified, Refusal>;

interface Verified {
  profile: ExternalProfile;
  tokens: SealedTokens | undefined;
}

/**
 * The requests that connect an account of a provider. The account is verified before the transaction; COPPA is checked
 * before the provider is called.
 */
export function connectRequests(provider: AnyProvider): AnyRequest[] {
  return provider.requests.map((name) => connectRequest(name, provider));
}

function connectRequest(requestName: string, provider: AnyProvider): AnyRequest {
  const { systemId, name, credentials, key, errors, notConfigured, example } = provider;
  const definition: ConnectDefinition = {
    name: requestName,
    responseName: "AuthenticationResponse",
    category: "authentication",
    description: `Logs in with an account of ${name}. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in.`,
    caller: "anyone",
    work: "write",
    fields: Type.Object({ ...credentials, ...ConnectFields }) as typeof Flags,
    response: AuthenticationFields,
    errors: [...connectRefusals(key), ...errors, ...(notConfigured ? [notConfigured] : [])],
    examples: [
      {
        title: `A user of ${name} who is new to the game`,
        request: { "@class": `.${requestName}`, ...example.credentials },
        response: exampleAnswer({ displayName: example.displayName, newPlayer: true }),
      },
    ],
    async prepare(context, request) {
      if (context.credential.coppaCompliant) throw new RequestError(refusals.authentication["COPPA restricted"]);
      const missing = provider.missing(request);
      if (missing !== undefined) throw new RequestError(documented(definition, missing, "REQUIRED"));
      const settings = settingsIn(context.game.integrations, provider);
      if (settings === undefined && notConfigured) throw new RequestError(notConfigured);
      try {
        const profile = await provider.verify(request, settings, providerContext(context));
        await announceArrival(context.documents, { systemId, externalId: profile.id }, context.clock.now());
        return { profile, tokens: await context.linkTokens.seal({ systemId }, profile) };
      } catch (error) {
        if (error instanceof ProviderRefusal)
          throw new RequestError(documented(definition, error.field, error.value), { cause: error });
        if (error instanceof ProviderUnavailable)
          throw new RequestError(refusals.authentication.UNAVAILABLE, { cause: error });
        throw error;
      }
    },
    handle: (context, request, verified) => connected(context, systemId, key, request, verified),
  };
  return definition as unknown as AnyRequest;
}

/** The entry of the catalogue for what a provider refuses. Each provider lists its own as `errors`. */
function documented({ errors, name }: ConnectDefinition, key: string, value: ProviderRefusalValue): Refusal {
  const refusal = errors.find((one) => one.key === key && one.value === value);
  if (!refusal) throw new Error(`${name} does not document ${key}: ${value}.`);
  return refusal;
}

/** Links, switches or creates a player as `accounts/connect` decides, and signs the player in. */
async function connected(
  context: RequestContext,
  systemId: SystemId,
  key: string,
  request: ConnectRequest,
  { profile, tokens }: Verified,
): Promise<Outcome<Record<string, unknown>>> {
  try {
    const { player, newPlayer } = await connect(context.documents, context.player, {
      systemId,
      field: key,
      profile,
      tokens,
      flags: request,
      segments: segmentsOf(request.segments),
      ...signUpBonuses(context.game),
      by: context.actor,
      now: context.clock.now(),
    });
    return signedIn(await getPlayer(context.documents, player), newPlayer);
  } catch (error) {
    if (!(error instanceof SwitchRefused)) throw error;
    const [switchSummary] = await summarise([error.owner], context.presence);
    throw new RequestError(error.refusals, { beside: { switchSummary } });
  }
}
