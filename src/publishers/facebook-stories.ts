import { Type } from "@sinclair/typebox";
import { jsonOf } from "./calls.ts";
import { edge, type FacebookPage, saveUpload, uploadPhotos, usableUpload } from "./facebook-posts.ts";
import { askGraph } from "./graph.ts";
import { type Draft, OutcomeUnknown, type Progress, type Published, PublishRefused } from "./publisher.ts";
import { preparing } from "./steps.ts";

const Id = Type.String({ minLength: 1, maxLength: 256 });
const StoryReply = Type.Object({ success: Type.Boolean(), post_id: Type.Optional(Id) });
const UploadReply = Type.Object({ success: Type.Literal(true) });
const SessionReply = Type.Object({ video_id: Id, upload_url: Type.String({ maxLength: 2048 }) });

/** A story of one image or video. A video is fetched by Facebook from its URL (upload_phase start, transfer, finish). */
export async function publishStory(page: FacebookPage, draft: Draft, progress: Progress): Promise<Published> {
  const isVideo = draft.media[0]?.kind === "video";
  const fields: Record<string, string> = isVideo
    ? { upload_phase: "finish", video_id: await uploadVideo(page, draft, progress) }
    : { photo_id: (await uploadPhotos(page, draft, progress))[0]! };
  const call = {
    what: "create story",
    method: "POST",
    path: edge(page, isVideo ? "video_stories" : "photo_stories"),
    fields,
    token: page.account.credentials.token,
    isFinal: true,
  } as const;
  const { success, post_id: id } = await askGraph(page.api, call, StoryReply);
  if (!success || id === undefined) throw new OutcomeUnknown("facebook create story: the response names no story");
  return { id, extra: { isStory: true, isVideo } };
}

async function uploadVideo(page: FacebookPage, { media }: Draft, progress: Progress): Promise<string> {
  const saved = usableUpload(page, "video", progress);
  if (saved) return saved;
  const { api, account } = page;
  const { token } = account.credentials;
  const session = await askGraph(
    api,
    {
      what: "start story",
      method: "POST",
      path: edge(page, "video_stories"),
      fields: { upload_phase: "start" },
      token,
    },
    SessionReply,
  );
  const url = uploadUrl(session.upload_url, api.url);
  const headers = { authorization: `OAuth ${token}`, file_url: media[0]!.url };
  const reply = await preparing(
    api.context.calls.send({ network: "facebook", what: "transfer story", method: "POST", url, headers }),
  );
  if (reply.status >= 400 || !jsonOf(reply, UploadReply)) {
    throw new PublishRefused("MEDIA", `facebook transfer story: refused with status ${reply.status}`);
  }
  await saveUpload(page, "video", session.video_id, progress);
  return session.video_id;
}

/** The URL gets the page's token, so it must be Facebook's, or of the configured server. */
function uploadUrl(text: string, apiUrl: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFacebook = url?.protocol === "https:" && url.hostname.endsWith(".facebook.com");
  if (url && (isFacebook || url.origin === new URL(apiUrl).origin)) return url;
  throw new PublishRefused("UNAVAILABLE", "facebook start story: the upload URL is not Facebook's");
}
