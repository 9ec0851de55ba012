import { amazon } from "./amazon.ts";
import { facebook } from "./facebook.ts";
import { gameCenter } from "./game-center.ts";
import { googlePlay } from "./google-play.ts";
import { googlePlus } from "./google-plus.ts";
import { Integration, IntegrationError } from "./integration.ts";
import { kongregate } from "./kongregate.ts";
import { nintendo } from "./nintendo.ts";
import type { AnyProvider, Provider, SystemId } from "./provider.ts";
import { psn } from "./psn.ts";
import { qq } from "./qq.ts";
import { steam } from "./steam.ts";
import { twitch } from "./twitch.ts";
import { twitter } from "./twitter.ts";
import { viber } from "./viber.ts";
import { weChat } from "./wechat.ts";
import { xboxLive } from "./xbox-live.ts";
import { xboxOne } from "./xbox-one.ts";

/** Every external system that players can be linked to. */
export const providers: readonly AnyProvider[] = [
  amazon,
  facebook,
  gameCenter,
  googlePlay,
  googlePlus,
  nintendo,
  psn,
  qq,
  weChat,
  xboxLive,
  xboxOne,
  kongregate,
  steam,
  twitch,
  twitter,
  viber,
];

const bySystemId: ReadonlyMap<SystemId, AnyProvider> = new Map(providers.map((one) => [one.systemId, one]));

export function providerOf(systemId: SystemId): AnyProvider | undefined {
  return bySystemId.get(systemId);
}

/** A provider's settings in a game's `integrations`; undefined if it is not set up. Throws IntegrationError. */
export function settingsIn<S>(
  integrations: unknown,
  { integration, readSettings }: Pick<Provider<never, S>, "integration" | "readSettings">,
): S | undefined {
  return readSettings(new Integration(integrations, integration));
}

/** What is wrong with a game's integrations, a sentence each. */
export function integrationProblems(integrations: unknown): string[] {
  return providers.flatMap((provider) => {
    try {
      settingsIn(integrations, provider);
      return [];
    } catch (error) {
      if (error instanceof IntegrationError) return [error.message];
      throw error;
    }
  });
}
