import { Publishing } from "../../../domains/publishing/index.ts";
import { accountOn, type SocialAccountDocument } from "../../../domains/social/index.ts";
import {
  type Media,
  NETWORKS,
  type Network,
  type PublishProblem,
  PublishRefused,
} from "../../../publishers/publisher.ts";
import type { RouteContext } from "../../route.ts";
import { badPlatform, CODES, notLinked, refusal } from "../errors.ts";
import { addressProblem } from "../web-address.ts";
import { ALL, type AskedPlatform, LEFT_OUT, OPTION_MEMBERS, type PostContent, UNSUPPORTED } from "./post-body.ts";

/** A post's part for one network. */
export interface Part {
  account: SocialAccountDocument;
  network: Network;
  text: string;
  media: Media[];
  options: Record<string, unknown>;
}

/** Why a network does not get a post, as `errors` of an answer has it. */
export interface NetworkError {
  action: "post";
  status: "error";
  code: number;
  message: string;
  platform: string;
}

export interface Parts {
  /** In the order of the request. */
  platforms: AskedPlatform[];
  parts: Part[];
  errors: NetworkError[];
}

const VIDEO = /\.(mp4|m4v|mov|avi|webm|mkv|mpe?g)$/i;

export const networkError = (platform: string, code: number, message: string): NetworkError => ({
  action: "post",
  status: "error",
  code,
  message,
  platform,
});

/**
 * What a request asks for, network by network: its text, media and options. Networks without a linked account, and those that
 * would refuse their part if `checks`, are errors. Cost: one read for each network.
 * @throws ApiRefusal if the request itself is wrong
 */
export async function partsOf(
  context: Pick<RouteContext, "kernel" | "documents">,
  profileId: string,
  body: PostContent,
  { checks }: { checks: boolean },
): Promise<Parts> {
  refuseUnsupported(body);
  const { kernel, documents } = context;
  const publishing = kernel.service(Publishing);
  const isAll = body.platforms.includes(ALL);
  const asked = isAll ? [...NETWORKS] : [...new Set(body.platforms as AskedPlatform[])];
  const accounts = await Promise.all(asked.map((name) => linked(documents, profileId, name)));
  const result: Parts = { platforms: [], parts: [], errors: [] };
  asked.forEach((platform, i) => {
    const account = accounts[i];
    if (!account && isAll) return;
    result.platforms.push(platform);
    if (!account) {
      result.errors.push(networkError(platform, CODES.NOT_LINKED, notLinked(platform)));
      return;
    }
    const network = platform as Network;
    const own = optionsFor(network, body);
    const part = { account, network, text: textFor(network, body), media: mediaFor(network, body, own, kernel.config) };
    try {
      const options = publishing.optionsOf(network, own);
      const [problem] = checks ? publishing.check(network, { ...part, options }) : [];
      if (problem) result.errors.push(refusedPart(network, problem));
      else result.parts.push({ ...part, options });
    } catch (error) {
      if (!(error instanceof PublishRefused)) throw error;
      result.errors.push(networkError(network, 400, error.message));
    }
  });
  if (result.platforms.length === 0) throw badPlatform("No network is linked to this profile.");
  return result;
}

/** The members of a request that it has and that do nothing. */
export function warningsOf(body: Record<string, unknown>): string[] {
  const names = Object.keys(LEFT_OUT).filter((name) => isWanted(body[name]));
  return names.map((name) => `${name} is not supported and was left out.`);
}

function refuseUnsupported(body: Record<string, unknown>): void {
  const name = Object.keys(UNSUPPORTED).find((each) => isWanted(body[each]));
  if (name !== undefined) throw refusal(400, `${name} is not supported. Nothing was posted.`);
}

const isWanted = (value: unknown) => value !== undefined && value !== null && value !== false && value !== "";

async function linked(documents: RouteContext["documents"], profileId: string, platform: AskedPlatform) {
  const network = NETWORKS.find((each) => each === platform);
  return network && accountOn(documents, profileId, network);
}

function textFor(network: Network, { post }: PostContent): string {
  return typeof post === "string" ? post : (ownOf(post, network) ?? ownOf(post, "default") ?? "");
}

function mediaFor(
  network: Network,
  { mediaUrls = [], isVideo = false }: PostContent,
  { altText }: Record<string, unknown>,
  config: RouteContext["kernel"]["config"],
): Media[] {
  const urls = Array.isArray(mediaUrls) ? mediaUrls : (ownOf(mediaUrls, network) ?? ownOf(mediaUrls, "default") ?? []);
  return urls.map((url, i) => {
    const problem = addressProblem(url, config);
    if (problem) throw refusal(400, `mediaUrls: each ${problem}`);
    const described: unknown = Array.isArray(altText) ? altText[i] : i === 0 ? altText : undefined;
    return {
      url,
      kind: isVideo || VIDEO.test(new URL(url).pathname) ? "video" : "image",
      ...(typeof described === "string" && described !== "" && { altText: described }),
    };
  });
}

/** The last spelling wins. `title` and `subreddit` of the request itself are fallbacks. */
function optionsFor(network: Network, body: PostContent): Record<string, unknown> {
  const { title, subreddit } = body;
  const members = Object.entries(OPTION_MEMBERS).filter(([, each]) => each === network);
  return Object.assign(
    { ...(title !== undefined && { title }), ...(subreddit !== undefined && { subreddit }) },
    ...members.map(([name]) => body[name as keyof typeof OPTION_MEMBERS] ?? {}),
  );
}

function ownOf<V>(values: Record<string, V>, name: string): V | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function refusedPart(network: Network, { code, message }: PublishProblem): NetworkError {
  const isInstagramMedia = network === "instagram" && code.includes("MEDIA");
  return networkError(network, isInstagramMedia ? CODES.INSTAGRAM_MEDIA : 400, message);
}
