import { Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall } from "./calls.ts";
import { accepted, callOf, type LinkedinSettings } from "./linkedin-calls.ts";
import { type NetworkAccount, type PublisherContext, PublishRefused } from "./publisher.ts";
import { poll, preparing } from "./steps.ts";

const Started = Type.Object({
  value: Type.Object({ uploadUrl: Type.String(), image: Type.String({ pattern: "^urn:li:image:[\\w-]{1,200}$" }) }),
});
const Image = Type.Object({ status: Type.String() });

const MAX_BYTES = 8_388_608;
const TYPES = ["image/jpeg", "image/png", "image/gif"];

/**
 * Uploads an image and waits until LinkedIn has processed it; publishes nothing.
 * @returns its URN
 */
export async function uploadImage(
  settings: LinkedinSettings,
  account: NetworkAccount,
  fileUrl: string,
  context: PublisherContext,
): Promise<string> {
  const { bytes, type } = await context.readMedia(fileUrl, { maxBytes: MAX_BYTES, types: TYPES });
  const json = { initializeUploadRequest: { owner: account.id } };
  const begin = callOf(settings, account, "POST", "/rest/images?action=initializeUpload", "begin upload", { json });
  const started = jsonOf(await preparing(accepted(begin, context, account)), Started);
  if (!started) throw new PublishRefused("UNAVAILABLE", "linkedin begin upload: an unexpected response");
  const { image, uploadUrl } = started.value;
  const call: NetworkCall = {
    network: "linkedin",
    what: "upload image",
    method: "PUT",
    url: uploadUrlOf(uploadUrl, settings),
    headers: { authorization: `Bearer ${account.credentials.token}` },
    bytes: { body: bytes, type },
  };
  await preparing(accepted(call, context, account));
  await untilAvailable(settings, account, image, context);
  return image;
}

/** The token goes there, so it must be LinkedIn's. */
function uploadUrlOf(text: string, { linkedinApiUrl }: LinkedinSettings): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLinkedin = url?.protocol === "https:" && /(^|\.)linkedin\.com$/.test(url.hostname);
  if (url && (isLinkedin || url.origin === new URL(linkedinApiUrl).origin)) return url;
  throw new PublishRefused("UNAVAILABLE", "linkedin begin upload: the address for the file is not LinkedIn's");
}

async function untilAvailable(
  settings: LinkedinSettings,
  account: NetworkAccount,
  image: string,
  context: PublisherContext,
): Promise<void> {
  const call = callOf(settings, account, "GET", `/rest/images/${encodeURIComponent(image)}`, "check image");
  const status = await poll(context, async () => {
    const found = jsonOf(await accepted(call, context, account), Image)?.status;
    return found === "AVAILABLE" || found === "PROCESSING_FAILED" ? found : undefined;
  });
  if (status === "PROCESSING_FAILED")
    throw new PublishRefused("MEDIA", "linkedin check image: LinkedIn cannot use the file");
  if (!status) throw new PublishRefused("UNAVAILABLE", "linkedin check image: LinkedIn has not processed the file yet");
}
