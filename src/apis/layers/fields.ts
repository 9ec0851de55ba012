import { Type } from "@sinclair/typebox";
import { getProject, type ProjectDocument, parseLayersAccountId } from "../../domains/social/index.ts";
import { nullable } from "../fields.ts";
import { invalid, type Part } from "../problem.ts";
import type { RouteContext } from "../route.ts";

const id = (pattern: string, wanted: string, description: string) => Type.String({ pattern, wanted, description });

export const socialAccountId = id(
  "^sa_[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
  "sa_ and a UUID",
  "Of the account.",
);
export const projectId = id("^prj_[0-9a-z]{1,40}$", "prj_ and lower-case letters and digits", "Of the project.");
export const containerId = id("^cnt_[0-9a-z]{20}$", "cnt_ and 20 lower-case letters and digits", "Of the content.");
export const scheduledPostId = id("^sp_[0-9A-Za-z]{20}$", "sp_ and 20 letters and digits", "Of the post.");
export const organizationId = id("^org_[0-9a-z]{1,40}$", "org_ and lower-case letters and digits", "Its id.");
export const apiKeyId = id(
  "^[0-9a-z]{16}$",
  "16 lower-case letters and digits",
  "The part of the key after its second underscore.",
);

/** An instant in UTC, as text. */
export const instant = (description: string) =>
  Type.String({
    pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?Z$",
    wanted: "an instant in UTC that ends in Z, such as 2026-12-24T18:00:00Z",
    description,
  });

/** Reads an instant. @throws ProblemError if the calendar does not have it, such as February 30 */
export function timeOf(text: string, part: Part, path: string): number {
  const time = Date.parse(text);
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 16));
  if (!isReal) throw invalid(part, path, "Must be an instant that exists.");
  return time;
}

export const limit = (max: number) =>
  Type.Integer({ minimum: 1, maximum: max, default: 50, description: "Items on a page.", wanted: `from 1 to ${max}` });
export const cursor = Type.String({ maxLength: 200, description: "`nextCursor` of the page before." });
export const nextCursor = nullable(Type.String({ description: "Of the next page; null on the last one." }));

export const isoOf = (date: Date | undefined): string | null => date?.toISOString() ?? null;

/** The stored id of an account whose id was checked. */
export const accountIdOf = (id: string): string => parseLayersAccountId(id)!;

/** The project of the path. @throws SocialRefused NOT_FOUND, also for another organization's */
export function projectOf(context: RouteContext, id: string): Promise<ProjectDocument> {
  return getProject(context.documents, context.organization._id, id);
}

export { nullable, time } from "../fields.ts";
