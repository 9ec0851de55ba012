import { Publishing } from "../../../domains/publishing/index.ts";
import {
  type PostDocument,
  type ProfileDocument,
  SocialRefused,
  createPost as storePost,
} from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute, type RouteContext } from "../../route.ts";
import { instantOf, WANTED_TIME } from "../dates.ts";
import { CODES, conflict, refusal } from "../errors.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { actingProfile } from "../profile.ts";
import { CONSUMER_MISSING, consumerFor, consumerIn, consumerMissing, sealed } from "./consumer.ts";
import { networkError, type Parts, partsOf, warningsOf } from "./parts.ts";
import { PostBody, type PostRequest, WANTED_PLATFORM } from "./post-body.ts";
import { PostAnswer, postErrors } from "./post-schemas.ts";
import { type PostView, sentAnswer, waitingAnswer } from "./post-view.ts";
import { wrapped } from "./wrapped.ts";

/** Networks on which the same text may be posted again at once. */
const REPEATABLE = ["reddit", "telegram"] as const;

export const createPost = defineRoute({
  name: "createPost",
  method: "POST",
  path: "/api/post",
  summary:
    "Publishes a post on one or more networks: at once, at a time, or once it is approved. A post that is published at once is answered when all networks have answered.",
  scope: "publish:write",
  work: "calls",
  body: PostBody,
  response: PostAnswer,
  errors: postErrors,
  examples: [
    {
      title: "Schedule a post on Bluesky",
      body: { post: "Season 3 starts today.", platforms: ["bluesky"], scheduleDate: "2026-01-02T04:04:05Z" },
      status: 200,
      response: {
        status: "scheduled",
        scheduleDate: EXAMPLE_TIME,
        id: EXAMPLE.post,
        refId: EXAMPLE.refId,
        post: "Season 3 starts today.",
      },
    },
    {
      title: "An unknown network",
      body: { post: "Season 3 starts today.", platforms: ["myspace"] },
      status: 400,
      response: {
        action: "post",
        status: "error",
        code: 163,
        message: `platforms.0: Must be ${WANTED_PLATFORM}.`,
        details: { issues: [{ path: "platforms.0", message: `Must be ${WANTED_PLATFORM}.` }] },
      },
    },
  ],

  async handle(context, { body }) {
    const sent = consumerIn(context);
    const profile = await actingProfile(context, body.profileKey);
    const time = timeOf(body, context.now);
    const isWaiting = time.isScheduled || body.requiresApproval === true;
    const checks = !isWaiting || body.validateScheduled !== false;
    const found = await partsOf(context, profile._id, body, { checks });
    const consumer = await consumerOf(context, found, sent);
    if (found.parts.length === 0 || (isWaiting && found.errors.length > 0)) throw refusedAll(found);

    const draft = { context, profile, body, found, time, consumer: await sealed(context, consumer) };
    if (isWaiting) {
      const post = await stored(draft, body.requiresApproval ? "awaiting approval" : "queued");
      return { body: wrapped(profile, waitingAnswer(post, profile)) };
    }
    const publishing = context.kernel.service(Publishing);
    const claimed = await storedWithoutRepeats(draft);
    const post = await publishing.sendNow(context.stage, claimed);
    const { isWell, body: answer } = sentAnswer(post, profile);
    return { status: isWell ? 200 : 400, body: wrapped(profile, answer) };
  },
});

interface Time {
  at: number;
  isScheduled: boolean;
}

interface Draft {
  context: RouteContext;
  profile: ProfileDocument;
  body: PostRequest;
  found: Parts;
  time: Time;
  consumer: string | undefined;
}

/** A time in the past: at once. */
function timeOf({ scheduleDate }: PostRequest, now: number): Time {
  if (scheduleDate === undefined) return { at: now, isScheduled: false };
  const at = instantOf(scheduleDate);
  if (at === undefined)
    throw refusal(400, `scheduleDate: Must be ${WANTED_TIME}. Other time zones are not understood.`);
  return { at: Math.max(at, now), isScheduled: at > now };
}

/** The X consumer pair to keep with the post. An X account without one that it needs becomes an error. */
async function consumerOf(context: RouteContext, found: Parts, sent: ReturnType<typeof consumerIn>) {
  const part = found.parts.find(({ network }) => network === "twitter");
  const consumer = part && (await consumerFor(context, part.account, sent));
  if (consumer !== "missing") return consumer;
  found.parts = found.parts.filter((each) => each !== part);
  found.errors.push(networkError("twitter", CODES.X_CREDENTIALS_REQUIRED, CONSUMER_MISSING));
  return undefined;
}

/** The first error on the top level, and all of them in `errors`. */
function refusedAll({ errors }: Parts): ApiRefusal {
  const { code, message } = errors[0]!;
  const beside = { errors, postIds: [] };
  if (code === CODES.X_CREDENTIALS_REQUIRED) return consumerMissing(beside);
  return refusal(code, message, { beside });
}

/** Networks that have the same text already are errors; the others get the post. */
async function storedWithoutRepeats(draft: Draft): Promise<PostDocument> {
  const { found } = draft;
  for (;;) {
    try {
      return await stored(draft, "claimed");
    } catch (error) {
      const repeated = repeatedIn(error);
      if (!repeated || repeated.length === 0) throw error;
      found.parts = found.parts.filter(({ network }) => !repeated.includes(network));
      for (const platform of repeated) found.errors.push(networkError(platform, CODES.REPEATED_TEXT, REPEATED));
      if (found.parts.length === 0) throw refusedAll(found);
    }
  }
}

const REPEATED =
  "The profile has a post with the same text on this network within 24 hours before or after. Change the text.";

class Repeated extends ApiRefusal {
  readonly platforms: readonly string[];

  constructor(platforms: readonly string[]) {
    super(400, CODES.REPEATED_TEXT, REPEATED, { details: { platforms } });
    this.platforms = platforms;
  }
}

const repeatedIn = (error: unknown) => (error instanceof Repeated ? error.platforms : undefined);

async function stored(draft: Draft, status: "claimed" | "queued" | "awaiting approval"): Promise<PostDocument> {
  const { context, profile, body, found, time, consumer } = draft;
  const { kernel, store, by, now } = context;
  const [{ text, media } = { text: "", media: [] }] = found.parts;
  const warnings = warningsOf(body);
  const view: PostView = {
    platforms: found.platforms,
    errors: found.errors,
    ...(warnings.length > 0 && { warnings }),
  };
  const post = {
    api: "ayrshare",
    text,
    media,
    options: Object.fromEntries(found.parts.map(({ network, options }) => [network, options])),
    targets: found.parts.map((part) => ({
      account: part.account,
      ...(part.text !== text && { text: part.text }),
      ...(JSON.stringify(part.media) !== JSON.stringify(media) && { media: part.media }),
    })),
    type: time.isScheduled ? "scheduled" : "immediate",
    scheduledFor: time.at,
    status: status === "claimed" ? "queued" : status,
    notes: body.notes,
    idempotencyKey: body.idempotencyKey,
    refuseDuplicates: { exceptOn: REPEATABLE },
    consumer: found.parts.some(({ network }) => network === "twitter") ? consumer : undefined,
    claimed: status === "claimed" ? kernel.service(Publishing).claimed() : undefined,
    view,
  } as const;
  try {
    return await store.transaction((tx) => storePost(tx, profile, post, { by, now }));
  } catch (error) {
    if (!(error instanceof SocialRefused) || error.code !== "DUPLICATE") throw error;
    if (error.details["member"] === "idempotencyKey") {
      throw conflict("The idempotencyKey was used for an earlier post of this profile.");
    }
    throw new Repeated((error.details["platforms"] as string[] | undefined) ?? []);
  }
}
