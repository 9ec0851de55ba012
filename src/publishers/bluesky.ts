import { type Static, type TObject, Type } from "@sinclair/typebox";
import { webUrl } from "../setting.ts";
import { credentialsOf, errorOf, hostOf, isUsers, refusalOf, Session, succeed, xrpc } from "./bluesky-calls.ts";
import { facetsOf, graphemes, recordKey } from "./bluesky-text.ts";
import { jsonOf } from "./calls.ts";
import { count, problems } from "./limits.ts";
import { optionProblems, optionsOf } from "./options.ts";
import {
  type Draft,
  definePublisher,
  type Media,
  type NetworkAccount,
  type Published,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { ifPossible, preparing } from "./steps.ts";

const settings = {
  blueskyUrl: webUrl("The Bluesky server that app passwords are checked with.", "https://bsky.social"),
};
type Settings = Static<TObject<typeof settings>>;

const options = Type.Object({
  langs: Type.Optional(
    Type.Array(Type.String({ pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$" }), {
      maxItems: 3,
      description: 'Languages of the text, such as ["en"]; at most 3.',
    }),
  ),
});

/** What a server returns as the handle of an account whose handle no longer leads to it. */
const NO_HANDLE = "handle.invalid";
const COLLECTION = "app.bsky.feed.post";
const MAX_GRAPHEMES = 300;
const MAX_BYTES = 3_000;
const MAX_IMAGES = 4;
/** `maxSize` of app.bsky.embed.images and app.bsky.embed.video. */
const MAX_IMAGE_BYTES = 2_000_000;
const MAX_VIDEO_BYTES = 100_000_000;
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
/** The upload of a long video alone. */
const VIDEO_TIMEOUT_MS = 300_000;

const Blob = Type.Object({ blob: Type.Object({}) });
const Written = Type.Object({ uri: Type.String({ pattern: "^at://\\S{1,500}$" }), cid: Type.String() });
const Profile = Type.Object({ displayName: Type.Optional(Type.String()), avatar: Type.Optional(Type.String()) });

/**
 * Bluesky, and any server of AT Protocol that serves app passwords. The record's key is derived from the draft's, and the
 * record is written only if it does not exist, so a repeated call never makes a second post.
 * Source: atproto's lexicons com.atproto.server.*, com.atproto.repo.*, app.bsky.feed.post; docs.bsky.app.
 */
export const bluesky = definePublisher({
  network: "bluesky",
  name: "Bluesky",
  settings,
  options,
  connecting: [
    {
      kind: "token",
      fields: [
        { name: "identifier", label: "Handle", isSecret: false, help: "Such as ada.bsky.social." },
        {
          name: "appPassword",
          label: "App password",
          isSecret: true,
          help: "From Settings, Privacy and security, App passwords. Not the password of the account.",
        },
      ],
      async verify({ blueskyUrl }, { identifier = "", appPassword = "" }, context) {
        const json = { identifier: identifier.trim().replace(/^@/, ""), password: appPassword.trim() };
        const call = xrpc(blueskyUrl, "com.atproto.server.createSession", "sign in", { json });
        const session = await preparing(succeed(call, Session, context));
        const { did, handle } = session;
        const pds = hostOf(session, blueskyUrl);
        const isValid = handle !== NO_HANDLE;
        const credentials = credentialsOf(session);
        const query = { actor: did };
        const ask = xrpc(pds, "app.bsky.actor.getProfile", "read profile", {
          query,
          token: credentials.token,
          isUsers: isUsers(pds, blueskyUrl),
        });
        const profile = await ifPossible(succeed(ask, Profile, context));
        return [
          {
            id: did,
            ...(isValid && { handle }),
            ...(profile?.displayName && { displayName: profile.displayName }),
            ...(profile?.avatar && { avatarUrl: profile.avatar }),
            profileUrl: `https://bsky.app/profile/${isValid ? handle : did}`,
            facts: { pds },
            credentials,
          },
        ];
      },
    },
  ],

  check({ text, media, options: given }) {
    const length = graphemes(text);
    const [images, videos] = [count(media, "image"), count(media, "video")];
    return [
      ...problems(
        [!text.trim() && media.length === 0, "TEXT_REQUIRED", "Bluesky needs a text or media."],
        [length > MAX_GRAPHEMES, "TEXT_TOO_LONG", `Bluesky takes at most ${MAX_GRAPHEMES} characters.`],
        [
          length <= MAX_GRAPHEMES && Buffer.byteLength(text) > MAX_BYTES,
          "TEXT_TOO_LONG",
          "Bluesky takes at most 3,000 bytes of text.",
        ],
        [images > MAX_IMAGES || videos > 1, "TOO_MANY_MEDIA", "Bluesky takes at most 4 images, or 1 video."],
        [images > 0 && videos > 0, "MEDIA_UNSUPPORTED", "Bluesky takes images or a video, not both."],
      ),
      ...optionProblems(options, given),
    ];
  },

  async publish(server, account, draft, context) {
    const rkey = recordKey(draft.key);
    const embed = await embedOf(server, account, draft.media, context);
    const facets = facetsOf(draft.text);
    const record = {
      $type: COLLECTION,
      text: draft.text,
      createdAt: new Date(context.now()).toISOString(),
      ...(facets.length > 0 && { facets }),
      ...(embed && { embed }),
      ...optionsOf(options, draft.options),
    };
    // Without a record to replace, the call fails with InvalidSwap if there is one already.
    const json = { repo: account.id, collection: COLLECTION, rkey, record, swapRecord: null };
    const call = callOf(server, account, "com.atproto.repo.putRecord", "create post", { json });
    try {
      return publishedOf(account, await succeed(call, Written, context, account));
    } catch (error) {
      const isWritten = error instanceof PublishRefused && error.networkCode === "InvalidSwap";
      const found = isWritten ? await findRecord(server, account, draft, context) : "absent";
      if (found === "absent") throw error;
      return found;
    }
  },

  find: (server, account, draft, _, context) => findRecord(server, account, draft, context),

  async delete(server, account, { id }, context) {
    const rkey = /\/([\w.~:-]{1,512})$/.exec(id)?.[1];
    if (rkey === undefined) throw new PublishRefused("GONE", "bluesky delete post: the id is not that of a post");
    const json = { repo: account.id, collection: COLLECTION, rkey };
    await succeed(
      callOf(server, account, "com.atproto.repo.deleteRecord", "delete post", { json }),
      Any,
      context,
      account,
    );
  },

  async refresh(server, account, context) {
    const { refreshToken = "" } = account.credentials;
    const call = callOf(server, account, "com.atproto.server.refreshSession", "renew session", { token: refreshToken });
    const reply = await preparing(context.calls.send(call));
    const session = reply.status < 300 ? jsonOf(reply, Session) : undefined;
    if (session) return credentialsOf(session);
    if (reply.status < 300) throw new PublishRefused("UNAVAILABLE", "bluesky renew session: an unexpected response");
    const { kind, message, networkCode, retryAfterMs } = refusalOf(call, reply, context, account);
    const isEnded = kind === "TOKEN";
    const known = isEnded || kind === "RATE" ? kind : "UNAVAILABLE";
    throw new PublishRefused(known, message, { networkCode, retryAfterMs });
  },

  async revoke(server, account, context) {
    const { refreshToken = "" } = account.credentials;
    const call = callOf(server, account, "com.atproto.server.deleteSession", "end session", { token: refreshToken });
    const reply = await context.calls.send(call);
    if (reply.status < 300) return;
    const refusal = refusalOf(call, reply, context, account);
    if (refusal.kind !== "TOKEN") throw refusal;
  },
});

const Any = Type.Unknown();

function callOf(
  { blueskyUrl }: Settings,
  account: NetworkAccount,
  method: string,
  what: string,
  more: Parameters<typeof xrpc>[3],
) {
  const token = account.credentials.token;
  const server = account.facts?.["pds"] ?? blueskyUrl;
  return xrpc(server, method, what, { token, isUsers: isUsers(server, blueskyUrl), ...more });
}

/** Uploads the media, which publishes nothing; Bluesky deletes files that no post refers to. */
async function embedOf(server: Settings, account: NetworkAccount, media: readonly Media[], context: PublisherContext) {
  const files: { blob: object; alt: string }[] = [];
  const isVideo = media[0]?.kind === "video";
  for (const { url, altText = "" } of media) {
    const bytes = isVideo
      ? await context.readMedia(url, { maxBytes: MAX_VIDEO_BYTES, types: ["video/mp4"] })
      : await context.readMedia(url, { maxBytes: MAX_IMAGE_BYTES, types: IMAGE_TYPES });
    const call = callOf(server, account, "com.atproto.repo.uploadBlob", "upload media", {
      bytes: { body: bytes.bytes, type: bytes.type },
      ...(isVideo && { timeoutMs: VIDEO_TIMEOUT_MS }),
    });
    files.push({ blob: (await preparing(succeed(call, Blob, context, account))).blob, alt: altText });
  }
  const [first] = files;
  if (!first) return undefined;
  if (isVideo) return { $type: "app.bsky.embed.video", video: first.blob, ...(first.alt && { alt: first.alt }) };
  return { $type: "app.bsky.embed.images", images: files.map(({ blob, alt }) => ({ image: blob, alt })) };
}

async function findRecord(
  server: Settings,
  account: NetworkAccount,
  { key }: Pick<Draft, "key">,
  context: PublisherContext,
): Promise<Published | "absent"> {
  const query = { repo: account.id, collection: COLLECTION, rkey: recordKey(key) };
  const call = callOf(server, account, "com.atproto.repo.getRecord", "read post", { query });
  const reply = await context.calls.send(call);
  const written = reply.status < 300 ? jsonOf(reply, Written) : undefined;
  if (written) return publishedOf(account, written);
  if (reply.status < 300) throw new PublishRefused("UNAVAILABLE", "bluesky read post: an unexpected response");
  const { error, message = "" } = errorOf(reply);
  // Servers before 2024 say InvalidRequest.
  const isAbsent =
    error === "RecordNotFound" || (error === "InvalidRequest" && /^Could not locate record/.test(message));
  if (isAbsent) return "absent";
  throw refusalOf(call, reply, context, account);
}

function publishedOf({ id, handle }: NetworkAccount, { uri, cid }: Static<typeof Written>): Published {
  const url = `https://bsky.app/profile/${handle ?? id}/post/${uri.split("/").at(-1)}`;
  return { id: uri, url, extra: { cid } };
}
