import { Type } from "@sinclair/typebox";
import { type ContainerFlow, untilReady } from "./containers.ts";
import { askGraph, createNode, type GraphApi, pathOf } from "./graph.ts";
import { link } from "./links.ts";
import { optionsOf } from "./options.ts";
import type { Draft, Media, NetworkAccount, Progress } from "./publisher.ts";
import { ifPossible, isSameText, isSince } from "./steps.ts";

export const threadsOptions = Type.Object({
  replyControl: Type.Optional(
    Type.Union([Type.Literal("everyone"), Type.Literal("accounts_you_follow"), Type.Literal("mentioned_only")], {
      description: "Who may reply: everyone, accounts_you_follow or mentioned_only.",
    }),
  ),
});

const FOUND_AT_MOST = "50";
const Text = Type.Optional(Type.String());
const Post = Type.Object({ id: Type.String({ minLength: 1 }), text: Text, timestamp: Text, permalink: Text });
const Posts = Type.Object({ data: Type.Array(Post) });
const Status = Type.Object({ status: Type.String(), error_message: Text });

export function threadsFlow(api: GraphApi, account: NetworkAccount, draft: Draft, progress: Progress): ContainerFlow {
  const { token } = account.credentials;
  const { context } = api;
  const { replyControl } = optionsOf(threadsOptions, draft.options);
  const create = (fields: Record<string, string>) =>
    createNode(api, { what: "create container", path: pathOf(account.id, "threads"), fields, token });
  const status = async (id: string) => {
    const call = {
      what: "container status",
      method: "GET",
      path: pathOf(id),
      fields: { fields: "status,error_message" },
    } as const;
    const reply = await askGraph(api, { ...call, token }, Status);
    return { state: reply.status, reason: reply.error_message };
  };
  return {
    network: "threads",
    context,
    progress,
    status,
    async create() {
      const common = { ...(draft.text && { text: draft.text }), ...(replyControl && { reply_control: replyControl }) };
      const [first] = draft.media;
      if (!first) return create({ media_type: "TEXT", ...common });
      if (draft.media.length === 1) return create({ ...mediaFields(first), ...common });
      const children: string[] = [];
      for (const file of draft.media) children.push(await create({ ...mediaFields(file), is_carousel_item: "true" }));
      for (const child of children) await untilReady({ context, status }, child);
      return create({ media_type: "CAROUSEL", children: children.join(","), ...common });
    },
    publish: (id) =>
      createNode(api, {
        what: "publish",
        path: pathOf(account.id, "threads_publish"),
        fields: { creation_id: id },
        token,
        isFinal: true,
      }),
    async describe(id) {
      const call = {
        what: "post",
        method: "GET",
        path: pathOf(id),
        fields: { fields: "id,permalink" },
        token,
      } as const;
      return published(id, (await ifPossible(askGraph(api, call, Post)))?.permalink);
    },
    async lookUp(since) {
      const call = {
        what: "find post",
        method: "GET",
        path: pathOf(account.id, "threads"),
        fields: { fields: "id,text,timestamp,permalink", limit: FOUND_AT_MOST },
        token,
      } as const;
      const { data } = await askGraph(api, call, Posts);
      const found = data.find((post) => isSince(post.timestamp, since) && isSameText(post.text, draft.text));
      return found && published(found.id, found.permalink);
    },
  };
}

function published(id: string, permalink: string | undefined) {
  return { id, ...link("url", permalink) };
}

function mediaFields({ kind, url, altText }: Media): Record<string, string> {
  const alt = altText && { alt_text: altText };
  return kind === "video"
    ? { media_type: "VIDEO", video_url: url, ...alt }
    : { media_type: "IMAGE", image_url: url, ...alt };
}
