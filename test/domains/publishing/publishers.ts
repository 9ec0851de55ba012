import { Type } from "@sinclair/typebox";
import { jsonOf, type NetworkReply, retryAfterMs } from "../../../src/publishers/calls.ts";
import {
  definePublisher,
  type Network,
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
} from "../../../src/publishers/publisher.ts";

const settings = { testNetworkUrl: Type.String({ default: "" }), testClientId: Type.String({ default: "" }) };
const HOUR_MS = 3_600_000;

interface TestSettings {
  testNetworkUrl: string;
}

const Refusal = Type.Object({ error: Type.String() });
const KINDS = {
  400: "CONTENT",
  401: "TOKEN",
  403: "PERMISSION",
  409: "DUPLICATE",
  410: "GONE",
  415: "MEDIA",
  429: "RATE",
};

/** Throws what a refused call means. */
function refuse(reply: NetworkReply, context: PublisherContext): never {
  const kind = (KINDS as Record<number, (typeof KINDS)[keyof typeof KINDS]>)[reply.status] ?? "UNAVAILABLE";
  const networkCode = jsonOf(reply, Refusal)?.error;
  throw new PublishRefused(kind as "RATE", `The network says ${networkCode}.`, {
    networkCode,
    retryAfterMs: retryAfterMs(reply, context.now()),
    canRenew: networkCode === "token_expired",
  });
}

function send(
  { testNetworkUrl }: TestSettings,
  { credentials }: NetworkAccount,
  context: PublisherContext,
  call: { method: "GET" | "POST" | "DELETE"; path: string; json?: unknown },
) {
  const { method, path, json } = call;
  const headers = {
    authorization: `Bearer ${credentials.token}`,
    ...(credentials.tokenSecret !== undefined && { "x-secret": credentials.tokenSecret }),
    ...(context.consumer && { "x-consumer": context.consumer.key }),
  };
  const body = json === undefined ? {} : { json };
  return context.calls.send({
    network: "bluesky",
    what: `${method} post`,
    method,
    url: new URL(path, testNetworkUrl),
    headers,
    ...body,
  });
}

/** A network whose posts can be looked up, deleted, and whose tokens can be renewed and revoked. */
const whole = definePublisher({
  network: "bluesky" as Network,
  name: "the whole network",
  settings,
  missing: ({ testClientId }) => (testClientId === "not set" ? "testClientId" : undefined),
  connecting: [],
  options: Type.Object({ tag: Type.Optional(Type.String({ maxLength: 5 })) }),
  check: ({ text }) =>
    text.length > 100 ? [{ code: "TEXT_TOO_LONG", message: "The text is longer than 100 characters." }] : [],
  async publish(values, account, { text, key, media }, context, progress) {
    if (media.length > 0 && progress.saved["upload"] === undefined) {
      const upload = await send(values, account, context, { method: "POST", path: "/uploads", json: {} });
      if (upload.status !== 201) refuse(upload, context);
      await progress.save({ upload: String(jsonOf(upload, Type.Object({ upload: Type.String() }))?.upload) });
    }
    const reply = await send(values, account, context, { method: "POST", path: "/posts", json: { key, text } });
    if (reply.status !== 201) refuse(reply, context);
    const id = jsonOf(reply, Type.Object({ id: Type.String() }))?.id;
    if (id === undefined) throw new OutcomeUnknown("The response has no id.");
    return { id, url: `https://network.test/${id}`, extra: { isVideo: false } };
  },
  async find(values, account, { key }, _attempt, context) {
    const reply = await send(values, account, context, { method: "GET", path: `/posts?key=${key}` });
    if (reply.status !== 200) refuse(reply, context);
    const found = jsonOf(
      reply,
      Type.Object({ id: Type.Optional(Type.String()), unknown: Type.Optional(Type.Boolean()) }),
    );
    if (!found || found.unknown) return "unknown";
    return found.id === undefined ? "absent" : { id: found.id };
  },
  async delete(values, account, { id }, context) {
    const reply = await send(values, account, context, { method: "DELETE", path: `/posts/${id}` });
    if (reply.status !== 200) refuse(reply, context);
  },
  async refresh(values, account, context) {
    const { refreshToken = "" } = account.credentials;
    const reply = await send(values, account, context, { method: "POST", path: "/tokens", json: { refreshToken } });
    if (reply.status === 400) throw new PublishRefused("TOKEN", "The grant has ended.");
    const tokens = jsonOf(reply, Type.Object({ token: Type.String(), refreshToken: Type.String() }));
    if (!tokens) throw new PublishRefused("UNAVAILABLE", "No tokens.");
    const isSilent = account.facts?.["keepsRefreshToken"] !== undefined;
    return { ...tokens, ...(isSilent && { refreshToken: "" }), expiresAt: context.now() + HOUR_MS };
  },
  async revoke(values, account, context) {
    const reply = await send(values, account, context, { method: "POST", path: "/revocations", json: {} });
    if (reply.status !== 200) refuse(reply, context);
  },
});

/** A network that can only publish. */
const { find: _, delete: __, refresh: ___, revoke: ____, ...rest } = whole;
const bare = definePublisher({ ...rest, network: "telegram", name: "the bare network" });

/** A network whose tokens last until they expire. */
const fixed = definePublisher({
  ...rest,
  network: "linkedin",
  name: "the fixed network",
  async refresh(_, { credentials }, context) {
    if (credentials.expiresAt! > context.now()) return credentials;
    throw new PublishRefused("TOKEN", "The access has expired.");
  },
});

/** Networks that players have links to. */
const linked = (["twitter", "facebook"] as const).map((network) =>
  definePublisher({ ...whole, network, name: `the network ${network}` }),
);

export const testPublishers = [whole, bare, fixed, ...linked];
