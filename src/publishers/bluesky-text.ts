import { createHash } from "node:crypto";
import { withoutTrailing } from "./trailing.ts";

/** A range of a post's text that means something (`app.bsky.richtext.facet`), in bytes of UTF-8. */
export interface Facet {
  index: { byteStart: number; byteEnd: number };
  features: ({ $type: "app.bsky.richtext.facet#link"; uri: string } | HashtagFeature)[];
}
interface HashtagFeature {
  $type: "app.bsky.richtext.facet#tag";
  tag: string;
}

const LINK = /https?:\/\/[^\s<>"]+/giu;
/** Neither digits alone nor punctuation alone. */
const HASHTAG = /(?<=^|\s)[#＃](?=[^\s]*[^\s\d\p{P}])[^\s#＃]+/gu;
const PUNCTUATION = /\p{P}/u;
const AFTER_LINK = /[.,;:!?'"]/;
/** "https://a.example/x)." ends before ")", but "https://a.example/x_(y)" does not. */
const AFTER_PLAIN_LINK = /[.,;:!?'")]/;
const MAX_TAG = 64;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The number of characters as a reader counts them: an emoji with modifiers is one. */
export function graphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

/** The links and hashtags of a text, without the punctuation that follows them. Mentions stay plain text. */
export function facetsOf(text: string): Facet[] {
  const facets: Facet[] = [];
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const uri = withoutTrailing(found, found.includes("(") ? AFTER_LINK : AFTER_PLAIN_LINK);
    if (URL.canParse(uri)) facets.push(facet(text, index, uri, { $type: "app.bsky.richtext.facet#link", uri }));
  }
  for (const { 0: found, index } of text.matchAll(HASHTAG)) {
    const tagged = withoutTrailing(found, PUNCTUATION);
    const tag = tagged.slice(1);
    if (tag && graphemes(tag) <= MAX_TAG) {
      facets.push(facet(text, index, tagged, { $type: "app.bsky.richtext.facet#tag", tag }));
    }
  }
  return facets;
}

function facet(text: string, at: number, found: string, feature: Facet["features"][number]): Facet {
  const byteStart = Buffer.byteLength(text.slice(0, at));
  return { index: { byteStart, byteEnd: byteStart + Buffer.byteLength(found) }, features: [feature] };
}

const ALPHABET = "234567abcdefghijklmnopqrstuvwxyz";
/** 2022-01-01 in microseconds: keys are spread over the 13 months from there, before this server existed. */
const FIRST = 1_640_995_200_000_000n;
const SPAN_BITS = 45n;

/**
 * A record key of the form TID (13 characters; 53 bits of microseconds, 10 bits of a clock id) that depends on `key`
 * alone. Two of 10,000 posts of one account share one with a probability of about 1 in 700 million.
 */
export function recordKey(key: string): string {
  const random = BigInt(`0x${createHash("sha256").update(key).digest("hex").slice(0, 16)}`);
  const microseconds = FIRST + ((random >> 10n) & ((1n << SPAN_BITS) - 1n));
  let value = (microseconds << 10n) | (random & 1023n);
  let text = "";
  for (let i = 0; i < 13; i++) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}
