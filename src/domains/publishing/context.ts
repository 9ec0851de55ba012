import { OutgoingError } from "../../outgoing/errors.ts";
import { type MediaFile, type PublisherContext, PublishRefused } from "../../publishers/publisher.ts";
import type { PublishingParts } from "./parts.ts";
import type { ConsumerPair } from "./secrets.ts";

/** For the whole file. */
const MEDIA_TIMEOUT_MS = 300_000;

/**
 * What a publisher may use for one piece of work. From its first media file on, the work occupies one of `mediaSlots`, until
 * `end` is called.
 */
export function publisherContext(
  {
    clock,
    config,
    outgoing,
    calls,
    mediaSlots,
  }: Pick<PublishingParts, "clock" | "config" | "outgoing" | "calls" | "mediaSlots">,
  consumer?: ConsumerPair,
): { context: PublisherContext; end(): void } {
  const ended = Promise.withResolvers<void>();
  let slot: Promise<void> | undefined;
  const occupy = () => {
    slot ??= new Promise((resolve) => {
      void mediaSlots.run(() => {
        resolve();
        return ended.promise;
      });
    });
    return slot;
  };
  const allowsHttp = config.scriptHttpPrivateNetworks !== "";
  const readMedia: PublisherContext["readMedia"] = async (url, { maxBytes, types }) => {
    if (!isWebAddress(url, allowsHttp))
      throw new PublishRefused("MEDIA", "The media file's URL must begin with https://.");
    await occupy();
    const limits = { timeoutMs: MEDIA_TIMEOUT_MS, maxRequestBytes: 0, maxResponseBytes: maxBytes };
    const reply = await outgoing
      .send({ method: "GET", url, headers: [], timeoutMs: MEDIA_TIMEOUT_MS, limits })
      .catch((error: unknown) => {
        if (error instanceof OutgoingError)
          throw new PublishRefused("MEDIA", `The media file cannot be read: ${error.message}`);
        throw error;
      });
    if (reply.status !== 200)
      throw new PublishRefused("MEDIA", `The media file's server responded with status ${reply.status}.`);
    return { bytes: reply.body, type: typeOf(reply.headers, types) };
  };
  const context = { calls, now: () => clock.now(), readMedia, ...(consumer && { consumer }) };
  return { context, end: () => ended.resolve() };
}

/** Runs one piece of work with a context of its own. @param consumer for this work alone */
export async function withContext<R>(
  parts: PublishingParts,
  consumer: ConsumerPair | undefined,
  work: (context: PublisherContext) => Promise<R>,
): Promise<R> {
  const { context, end } = publisherContext(parts, consumer);
  try {
    return await work(context);
  } finally {
    end();
  }
}

/** Whether it is an https URL, or an http one where private networks are permitted. */
export function isWebAddress(url: string, allowsHttp: boolean): boolean {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  return protocol === "https:" || (protocol === "http:" && allowsHttp);
}

function typeOf(headers: ReadonlyMap<string, string>, types: readonly string[]): MediaFile["type"] {
  const header = [...headers].find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const type = header.split(";")[0]!.trim().toLowerCase();
  if (types.includes(type)) return type;
  throw new PublishRefused("MEDIA", `The media file must be one of ${types.join(", ")}.`);
}
