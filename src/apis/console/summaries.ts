import type { Credential, Game, GameEvent } from "../../game/game.ts";
import type { OperationServer } from "../admin/operation.ts";
import type { CatalogueEvent, CredentialSummary } from "./types.ts";

export function credentialSummary(
  { game }: { game: Pick<Game, "apiKey"> },
  { name, type, canHavePlayer, canListen, canCallback }: Credential,
): CredentialSummary {
  const path = `/ws/${encodeURIComponent(name)}/${game.apiKey}`;
  return { name, type, path, canHavePlayer, canListen, canCallback };
}

export function eventOf({ cloudCode }: Pick<OperationServer, "cloudCode">, event: GameEvent): CatalogueEvent {
  const { shortCode, name, attributes } = event;
  return {
    ...{ shortCode, name },
    attributes: attributes.map(({ defaultValue, ...attribute }) => ({
      ...attribute,
      isRequired: defaultValue === undefined,
      ...(defaultValue && { defaultValue: defaultValue.text }),
    })),
    hasScript: cloudCode.has("event", shortCode) || cloudCode.has("event-challenge", shortCode),
  };
}
