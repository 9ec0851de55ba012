import { Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply } from "./calls.ts";
import { googleRefusal } from "./google-api.ts";
import {
  type Draft,
  type MediaFile,
  type NetworkAccount,
  OutcomeUnknown,
  type Progress,
  type Published,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { preparing } from "./steps.ts";
import { videoOf, watchUrl } from "./youtube-video.ts";

/**
 * Google's resumable upload: a session is opened with the video's title and the like, then its bytes are sent in chunks.
 * The last one makes the video. A session makes one video at most, and lasts about a week; its id is saved, so that
 * another attempt resumes it, and an attempt with an unknown outcome is looked up by it.
 */
export interface VideoUpload {
  /** Base URL of the API. */
  url: string;
  maxBytes: number;
  account: NetworkAccount;
  context: PublisherContext;
}

/** The video, the number of bytes that arrived, "none" before a session was opened, "gone" if it has ended. */
export type UploadState = Published | { received: number } | "none" | "gone";

/** A multiple of 256 KiB, as Google requires. One chunk is one call with the time limit of one. */
const CHUNK_BYTES = 4_194_304;
/** Chunks that may be cut short before the attempt is given up. */
const MAX_RESUMPTIONS = 5;
const VIDEO_TYPES = [
  "video/mp4",
  "video/quicktime",
  "video/webm",
  "video/mpeg",
  "video/x-msvideo",
  "video/x-matroska",
  "video/3gpp",
  "application/octet-stream",
];
const Video = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

export async function uploadVideo(upload: VideoUpload, draft: Draft, progress: Progress): Promise<Published> {
  const { context, maxBytes } = upload;
  const state = await uploadState(upload, progress.saved);
  if (typeof state === "object" && "id" in state) return state;
  const file = await context.readMedia(draft.media[0]!.url, { maxBytes, types: VIDEO_TYPES });
  const size = String(file.bytes.length);
  // Another file than before would complete a mixture of both.
  if (typeof state === "object" && progress.saved["size"] === size) {
    return sendChunks(upload, progress.saved["session"]!, file, state.received);
  }
  const session = await openSession(upload, draft, file);
  await progress.save({ ...progress.saved, session, size });
  return sendChunks(upload, session, file, 0);
}

/** Asks for the state of the saved session. */
export async function uploadState(upload: VideoUpload, saved: Progress["saved"]): Promise<UploadState> {
  const session = saved["session"];
  if (session === undefined) return "none";
  const range = `bytes */${saved["size"] ?? "*"}`;
  const reply = await preparing(put(upload, session, "upload status", range));
  if (reply.status === 404 || reply.status === 410) return "gone";
  const state = stateOf(upload, "upload status", reply);
  if (state) return state;
  throw new PublishRefused("UNAVAILABLE", "youtube upload status: the response has an unexpected body");
}

async function openSession({ url, account, context }: VideoUpload, draft: Draft, file: MediaFile): Promise<string> {
  const { token } = account.credentials;
  const { resource, notifySubscribers } = videoOf(draft);
  const target = sessionUrl(url, { part: "snippet,status", notifySubscribers: String(notifySubscribers) });
  const call: NetworkCall = {
    ...{ network: "youtube", what: "open upload", method: "POST", url: target, json: resource },
    headers: {
      authorization: `Bearer ${token}`,
      "x-upload-content-length": String(file.bytes.length),
      "x-upload-content-type": file.type,
    },
  };
  const reply = await preparing(context.calls.send(call));
  if (reply.status >= 400) throw googleRefusal({ ...call, secrets: [token] }, reply, context.now());
  const location = reply.headers.get("location") ?? "";
  const session = URL.canParse(location) ? new URL(location).searchParams.get("upload_id") : null;
  if (session && session.length <= 1024) return session;
  throw new PublishRefused("UNAVAILABLE", "youtube open upload: the response names no session");
}

async function sendChunks(upload: VideoUpload, session: string, file: MediaFile, from: number): Promise<Published> {
  const { bytes } = file;
  let start = from;
  for (let cutShort = 0; cutShort <= MAX_RESUMPTIONS; ) {
    const end = Math.min(start + CHUNK_BYTES, bytes.length);
    const range = `bytes ${start}-${end - 1}/${bytes.length}`;
    const chunk = { body: bytes.subarray(start, end), type: file.type };
    // Only the chunk with the last byte makes the video.
    const step = put(upload, session, "upload", range, chunk);
    const reply = await (end === bytes.length ? step : preparing(step));
    const state = stateOf(upload, "upload", reply);
    if (!state) throw new OutcomeUnknown(`youtube upload: status ${reply.status} with an unexpected body`);
    if ("id" in state) return state;
    if (state.received < end || end === bytes.length) cutShort++;
    start = Math.min(state.received, bytes.length - 1);
  }
  throw new PublishRefused("UNAVAILABLE", "youtube upload: YouTube did not take the whole video");
}

/** Undefined if the response says neither. @throws PublishRefused */
function stateOf(
  { account, context }: VideoUpload,
  what: string,
  reply: NetworkReply,
): Published | { received: number } | undefined {
  if (reply.status === 308) {
    // Without a range, nothing has arrived.
    const [, last] = /^bytes=0-(\d{1,15})$/.exec(reply.headers.get("range") ?? "") ?? [];
    return { received: last === undefined ? 0 : Number(last) + 1 };
  }
  if (reply.status >= 400) {
    const call = { network: "youtube", what, secrets: [account.credentials.token] } as const;
    const refusal = googleRefusal(call, reply, context.now());
    if (refusal.kind !== "GONE") throw refusal;
    throw new PublishRefused("UNAVAILABLE", "youtube upload: the session has ended");
  }
  const id = jsonOf(reply, Video)?.id;
  return id === undefined ? undefined : { id, url: watchUrl(id), extra: { isVideo: true } };
}

function put(
  { url, account, context }: VideoUpload,
  session: string,
  what: string,
  range: string,
  bytes: { body: Buffer; type: string } = { body: Buffer.alloc(0), type: "application/octet-stream" },
): Promise<NetworkReply> {
  const headers = { authorization: `Bearer ${account.credentials.token}`, "content-range": range };
  const target = sessionUrl(url, { part: "snippet,status", upload_id: session });
  return context.calls.send({ network: "youtube", what, method: "PUT", url: target, headers, bytes });
}

/** The session's URL is made from its id, so that the token and the video only ever go to the configured server. */
function sessionUrl(base: string, query: Record<string, string>): URL {
  const url = new URL(`${base.replace(/\/$/, "")}/upload/youtube/v3/videos?uploadType=resumable`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
