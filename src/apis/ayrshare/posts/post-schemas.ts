import { Type } from "@sinclair/typebox";
import type { RouteError } from "../../route.ts";
import { Stamp } from "../dates.ts";
import { CODES } from "../errors.ts";

/** Answers of calls for posts. */

export const PostError = Type.Object(
  {
    action: Type.String(),
    status: Type.Literal("error"),
    code: Type.Integer(),
    message: Type.String(),
    platform: Type.String(),
    retryAvailable: Type.Optional(Type.Boolean({ description: "PUT /post/retry may succeed." })),
  },
  { additionalProperties: Type.Unknown() },
);

export const PostId = Type.Object(
  {
    status: Type.String(),
    id: Type.String({ description: "The post's id on the network." }),
    postUrl: Type.Optional(Type.String()),
    platform: Type.String(),
  },
  { additionalProperties: Type.Unknown() },
);

/** `posts` repeats the answer if the call has a Profile-Key. */
export const PostAnswer = Type.Object(
  {
    status: Type.String({ description: "success, scheduled, awaiting approval, processing or error." }),
    id: Type.Optional(Type.String({ description: "The post's id, 20 letters and digits." })),
    refId: Type.Optional(Type.String({ description: "Identifies the profile." })),
    post: Type.Optional(Type.String()),
    scheduleDate: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(PostError, { description: "Per network." })),
    postIds: Type.Optional(Type.Array(PostId, { description: "Per network that accepted it." })),
    warnings: Type.Optional(Type.Array(Type.String())),
    posts: Type.Optional(
      Type.Array(Type.Unknown(), { description: "The same answer with profileTitle, if the call has a Profile-Key." }),
    ),
  },
  { additionalProperties: Type.Unknown() },
);

export const postErrors: readonly RouteError[] = [
  { status: 400, code: CODES.PLATFORM, meaning: "The member platforms is missing, empty or has an unknown name." },
  { status: 400, code: CODES.NOT_LINKED, meaning: "A network has no account in the profile." },
  { status: 400, code: CODES.REPEATED_TEXT, meaning: "The same text is posted on the network within 24 hours." },
  { status: 400, code: CODES.X_CREDENTIALS_REQUIRED, meaning: "The X account needs the headers with a consumer pair." },
  { status: 409, code: 409, meaning: "The idempotencyKey was used." },
];

export const HistoryEntry = Type.Object(
  {
    id: Type.String(),
    refId: Type.String(),
    post: Type.String(),
    platforms: Type.Array(Type.String()),
    status: Type.String({
      description: "pending, processing, success, error, paused, awaiting approval or deleted.",
    }),
    type: Type.String({ description: "immediate or scheduled." }),
    created: Type.String(),
    createDate: Stamp,
    scheduleDate: Stamp,
    mediaUrls: Type.Array(Type.String()),
    postIds: Type.Array(PostId),
    errors: Type.Array(PostError),
    notes: Type.Optional(Type.String()),
    shortenLinks: Type.Boolean({ description: "Links are never shortened." }),
  },
  { additionalProperties: Type.Unknown() },
);
