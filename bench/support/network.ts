import { Type } from "@sinclair/typebox";
import { jsonOf } from "../../src/publishers/calls.ts";
import {
  definePublisher,
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
} from "../../src/publishers/publisher.ts";

const Reply = Type.Object({ id: Type.Optional(Type.String()) });

/** Sends posts to `bench/servers/network.ts`, one call for each, and looks them up there. */
export const benchPublisher = definePublisher({
  network: "bluesky",
  name: "the network",
  settings: { benchNetworkUrl: Type.String() },
  connecting: [],
  options: Type.Object({}),
  check: () => [],
  async publish({ benchNetworkUrl }, account, { text, key }, context) {
    const { status, id } = await send(benchNetworkUrl, account, context, "POST", { key, text });
    if (status !== 201 || id === undefined) throw new OutcomeUnknown(`the network responded with status ${status}`);
    return { id };
  },
  async find({ benchNetworkUrl }, account, { key }, _attempt, context) {
    const { id } = await send(benchNetworkUrl, account, context, "GET", undefined, `?key=${key}`);
    return id === undefined ? "absent" : { id };
  },
});

async function send(
  url: string,
  { credentials }: NetworkAccount,
  context: PublisherContext,
  method: "GET" | "POST",
  json: unknown,
  query = "",
): Promise<{ status: number; id: string | undefined }> {
  const reply = await context.calls.send({
    ...{ network: "bluesky", what: `${method} post`, method, json },
    url: new URL(`/posts${query}`, url),
    headers: { authorization: `Bearer ${credentials.token}` },
  });
  return { status: reply.status, id: jsonOf(reply, Reply)?.id };
}
