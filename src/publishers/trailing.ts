/** The text without the characters at its end that match; in linear time, unlike a pattern with `+$`. */
export function withoutTrailing(text: string, character: RegExp): string {
  let end = text.length;
  while (end > 0 && character.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
