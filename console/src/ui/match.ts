/**
 * The items whose text contains every word typed, best first: at the start of the text, at the start of a word, inside.
 * A word may skip letters inside a name, so that `sdr` finds SocialDisconnectRequest. Without words: all, in their order.
 */
export function rank<T>(items: readonly T[], typed: string, textOf: (item: T) => string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  return items
    .map((item, at) => ({ item, at, score: scoreOf(textOf(item), words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.at - other.at)
    .map(({ item }) => item);
}

function scoreOf(text: string, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const score = scoreOfWord(text, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWord(text: string, word: string): number {
  const lower = text.toLowerCase();
  const at = lower.indexOf(word);
  if (at === 0) return 8;
  if (at > 0 && /[^a-z0-9]/i.test(text[at - 1] ?? "")) return 6;
  if (at > 0 && /[A-Z]/.test(text[at] ?? "")) return 5;
  const initials =
    text
      .split(" ", 1)[0]
      ?.replace(/[^A-Z]/g, "")
      .toLowerCase() ?? "";
  if (word.length > 1 && initials.startsWith(word)) return 4;
  return at > 0 ? 2 : 0;
}
