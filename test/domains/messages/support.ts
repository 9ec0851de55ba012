import { Type } from "@sinclair/typebox";
import { messageCollections } from "../../../src/domains/messages/collections.ts";
import { scriptMessage } from "../../../src/domains/messages/script-message.ts";
import { RequestError } from "../../../src/errors.ts";
import type { MessageConfig } from "../../../src/game/game.ts";
import type { PlayerId } from "../../../src/ids.ts";
import { testRequest, withRequests } from "../../server/support.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "../../support/app.ts";
import type { AnyFrame, TestClient } from "../../support/client.ts";

const SendFields = Type.Object({
  to: Type.Array(Type.String()),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  extCode: Type.Optional(Type.String()),
  hours: Type.Optional(Type.Number()),
  viaSocket: Type.Optional(Type.Boolean()),
  push: Type.Optional(Type.Boolean()),
  copies: Type.Optional(Type.Integer()),
  afterwards: Type.Optional(Type.String()),
});

/** Sends a ScriptMessage, or `copies` of them numbered by `n`; then does what `afterwards` says. */
const sendRequest = (name: string, work: "read" | "write") =>
  testRequest({
    name,
    work,
    fields: SendFields,
    async handle({ messages, player, caller }, request) {
      const { to, data, extCode, hours, viaSocket, push, copies, afterwards } =
        request as (typeof SendFields)["static"];
      const overrides = { sendViaSocket: viaSocket, sendAsPush: push, expireAfterHours: hours };
      for (let n = 0; n < (copies ?? 1); n++) {
        const numbered = copies === undefined ? data : { ...data, n };
        messages.send(scriptMessage({ to: to as PlayerId[], data: numbered, extCode, overrides }));
      }
      if (afterwards === "refuse") throw RequestError.ofPairs({ SEND: "REFUSED" });
      if (afterwards === "fail") throw new Error("failed on purpose");
      if (afterwards === "terminate others") messages.terminateSessions(player, caller);
      if (afterwards === "terminate all") messages.terminateSessions(player);
      return { response: {} };
    },
  });

export const messageRequests = withRequests(
  sendRequest("SendRequest", "write"),
  sendRequest("ReadSendRequest", "read"),
);

export function messageConfig(name: string, config: Partial<MessageConfig> = {}): [string, MessageConfig] {
  const nothing = { expireAfterHours: undefined, title: undefined, subTitle: undefined, summary: undefined };
  return [name, { name, sendViaSocket: true, sendAsPush: true, ...nothing, ...config }];
}

export interface MessageApp extends TestApp {
  /** A client signed in with the device of that name. */
  player(name: string): Promise<TestClient & { userId: string }>;
  /** The documents of a player, oldest first. */
  kept(player: string): Promise<Record<string, unknown>[]>;
}

export async function startMessageApp(options: TestAppOptions = {}): Promise<MessageApp> {
  const config = { requestsPerSecond: 10_000, requestBurst: 10_000, ...options.config };
  const app = await startTestApp({ requests: messageRequests, ...options, config });
  return {
    ...app,
    async player(name) {
      const client = await app.client();
      await ok(client.request("DeviceAuthenticationRequest", { deviceId: name, deviceOS: "IOS" }));
      return client as TestClient & { userId: string };
    },
    async kept(player) {
      const { messages } = messageCollections(await app.services.stores.open("preview"));
      const all = await messages.find({}, { sort: { created: 1, _id: 1 } }).toArray();
      return all.filter(({ playerId }) => playerId.toHexString() === player);
    },
  };
}

/** Polls, and waits until this server has no work left. */
export async function resume({ services }: MessageApp): Promise<void> {
  await services.jobs.poll("message");
  await services.jobs.settled();
}

export async function ok(response: Promise<AnyFrame>): Promise<AnyFrame> {
  const frame = await response;
  if (frame.error !== undefined) throw new Error(`refused: ${JSON.stringify(frame.error)}`);
  return frame;
}

export const isMessage = (frame: AnyFrame): boolean => String(frame["@class"]).endsWith("Message");

/** The next `count` messages, in order of arrival. */
export async function nextMessages(client: TestClient, count: number): Promise<AnyFrame[]> {
  const taken: AnyFrame[] = [];
  while (taken.length < count) taken.push(await client.next(isMessage));
  return taken;
}

/** Unread messages of a client, after a round trip that gives messages sent earlier time to arrive. */
export async function leftover(client: TestClient): Promise<AnyFrame[]> {
  await client.request("AccountDetailsRequest");
  return client.inbox.filter(isMessage);
}
