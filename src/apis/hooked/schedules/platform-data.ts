import { type Static, Type } from "@sinclair/typebox";
import { Publishing } from "../../../domains/publishing/index.ts";
import type { PostDocument } from "../../../domains/social/index.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { type Network, PublishRefused } from "../../../publishers/publisher.ts";
import { invalid, ProblemError } from "../../problem.ts";

const MAX_DESCRIPTION = 5_000;
/** Of some platforms. */
const SHORT_DESCRIPTION = 2_200;
const SHORT: readonly Network[] = ["tiktok", "instagram"];

/** As clients send it. The platform's own limits are checked too. */
export const platformData = Type.Object(
  {
    title: Type.Optional(
      Type.String({ maxLength: 100, wanted: "at most 100 characters", description: "At most 100 characters." }),
    ),
    description: Type.Optional(
      Type.String({
        maxLength: MAX_DESCRIPTION,
        wanted: `at most ${MAX_DESCRIPTION} characters`,
        description: `The text: at most ${MAX_DESCRIPTION} characters, on TikTok and Instagram ${SHORT_DESCRIPTION}.`,
      }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100, wanted: "1 to 100 characters" }), {
        maxItems: 30,
        wanted: "at most 30 texts",
        description: "For YouTube. Others ignore them.",
      }),
    ),
    privacyStatus: Type.Optional(
      Type.Union([Type.Literal("public"), Type.Literal("private"), Type.Literal("unlisted")], {
        wanted: "public, private or unlisted",
        description: "Who can watch it: public by default.",
      }),
    ),
    madeForKids: Type.Optional(Type.Boolean({ description: "Whether it is made for children.", wanted: "a boolean" })),
  },
  { description: "What the platform shows with the video.", wanted: "an object" },
);
export type PlatformData = Static<typeof platformData>;

/**
 * What is sent to the platform. The text is the description, else the title.
 * @throws ProblemError with what the platform would refuse
 */
export function draftOf(
  kernel: Pick<Kernel, "service">,
  network: Network,
  data: PlatformData,
  media: PostDocument["media"],
): Pick<PostDocument, "text" | "options"> {
  const { title, description, tags, privacyStatus = "public", madeForKids } = data;
  if (SHORT.includes(network) && (description?.length ?? 0) > SHORT_DESCRIPTION) {
    const message = `Must be at most ${SHORT_DESCRIPTION} characters for ${network}.`;
    throw invalid("body", "platformData.description", message);
  }
  const publishing = kernel.service(Publishing);
  const wanted = {
    ...(title !== undefined && { title }),
    ...(tags !== undefined && { tags }),
    ...(madeForKids !== undefined && { madeForKids }),
    visibility: privacyStatus,
  };
  const options = optionsOf(publishing, network, wanted);
  // A platform without this option shows every post to everybody.
  if (privacyStatus !== "public" && options["visibility"] !== privacyStatus) {
    throw invalid("body", "platformData.privacyStatus", `Posts on ${network} cannot be ${privacyStatus}.`);
  }
  const text = description || (network === "youtube" ? "" : (title ?? ""));
  const problems = publishing.check(network, { text, media, options });
  if (problems.length > 0) {
    const issues = problems.map(({ message }) => ({ path: "platformData", message }));
    throw new ProblemError({ kind: "invalid", part: "body", issues });
  }
  return { text, options: { [network]: options } };
}

function optionsOf(publishing: Publishing, network: Network, wanted: Record<string, unknown>) {
  try {
    return publishing.optionsOf(network, wanted);
  } catch (error) {
    if (error instanceof PublishRefused) throw invalid("body", "platformData", error.message);
    throw error;
  }
}
