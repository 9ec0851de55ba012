import { withoutTrailing } from "./trailing.ts";

/** How X counts and changes the text of posts. */

/** What a link counts, however long it is: X replaces it. */
const LINK_WEIGHT = 23;
/** Ranges of code points that count 1; all others count 2. Source: X's counting characters page, configuration v3. */
const LIGHT: readonly [from: number, to: number][] = [
  [0, 4_351],
  [8_192, 8_205],
  [8_208, 8_223],
  [8_242, 8_247],
];
const LINK = /https?:\/\/[^\s<>"]+/giu;
/**
 * Without a scheme, X takes a name for a link if it ends with a top-level domain. Of those, these are the frequent ones; a
 * link with another counts by its characters here.
 */
const BARE_LINK =
  /(?<![\w@.$/-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|io|gg|dev|app|games?|co|me|tv|info|biz|online|xyz|site|shop|store|club|live|news|eu|uk|de|fr|es|it|nl|jp|ca|au|us|br|in|ch|se|pl)(?![\w-]|\.\w)(?:\/[^\s<>"]*)?/giu;
/** What ends a sentence rather than a link. */
const TRAILING = /[.,;:!?'")\]}]/;
const EMOJI = /^\p{Extended_Pictographic}|^\p{Regional_Indicator}|^[#*0-9]\ufe0f?\u20e3/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The weighted length of a post, of which X takes 280: a link is 23, an emoji 2, most letters of Asia 2 each. */
export function weightOf(text: string): number {
  const { rest, links } = withoutLinks(text.normalize("NFC"));
  let weight = links * LINK_WEIGHT;
  for (const { segment } of segmenter.segment(rest)) {
    if (EMOJI.test(segment)) weight += 2;
    else for (const letter of segment) weight += isLight(letter.codePointAt(0)!) ? 1 : 2;
  }
  return weight;
}

function withoutLinks(text: string): { rest: string; links: number } {
  let links = 0;
  const replaced = (found: string): string => {
    const link = withoutTrailing(found, TRAILING);
    links++;
    return found.slice(link.length);
  };
  return { rest: text.replace(LINK, replaced).replace(BARE_LINK, replaced), links };
}

function isLight(point: number): boolean {
  return LIGHT.some(([from, to]) => point >= from && point <= to);
}

export interface UrlEntity {
  /** Such as https://t.co/x. */
  url: string;
  expanded_url?: string;
  /** Of a link that stands for the post's own media. */
  media_key?: string;
}

/** The text as it was sent: X escapes it, shortens its links, and adds one for the media. */
export function sentText(text: string, entities: readonly UrlEntity[] = []): string {
  let sent = text;
  for (const { url, expanded_url, media_key } of entities) {
    const isMedia = media_key !== undefined || /\/(photo|video)\/\d$/.test(expanded_url ?? "");
    sent = sent.replaceAll(url, isMedia ? "" : (expanded_url ?? url));
  }
  return sent.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** For comparing: X writes links with a scheme and a path. */
export function comparable(text: string): string {
  return text.replaceAll(/https?:\/\//gi, "").replaceAll(/\/(?=\s|$)/g, "");
}
