/** The entry of `known` closest to `name`: at most two edits, or a quarter of its letters, away. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 4)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance < candidate.length) [best, least] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. Costs the product of both lengths; only the start of long names is compared. */
function editDistance(a: string, b: string): number {
  const [from, to] = [a.slice(0, MAX_LETTERS), b.slice(0, MAX_LETTERS)];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

const MAX_LETTERS = 60;
