/**
 * LinkedIn reads the text of a post as "little text": these characters are markup unless escaped. "#" is not escaped, so
 * that hashtags work. Source: LinkedIn's page on the little text format.
 */
const MARKUP = /[\\|{}@[\]()<>*_~]/g;

export function escapeCommentary(text: string): string {
  return text.replace(MARKUP, "\\$&");
}

/** For comparing: LinkedIn returns hashtags as templates. */
export function plainCommentary(commentary: string): string {
  return commentary.replace(/\{hashtag\|\\?#\|([^{}|]*)\}/g, "#$1").replace(/\\([\\|{}@[\]()<>*_~#])/g, "$1");
}
