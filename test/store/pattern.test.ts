import { describe, expect, it } from "vitest";
import { compilePattern } from "../../src/store/embedded/pattern.ts";
import { StoreError } from "../../src/store/errors.ts";

/** A pattern as MongoDB takes it, what it matches and what it does not; options in front of a slash. */
const CASES: [pattern: string, matches: string[], others: string[]][] = [
  ["/abc", ["xabcx"], ["ab", "ABC"]],
  ["i/abc", ["xAbCx"], ["ab"]],
  ["i/[a-f]x\u00e9", ["Bx\u00c9", "fX\u00e9"], ["gx\u00e9"]],
  ["i/[^a]", ["b", "1"], ["a", "A", ""]],
  ["/^a$", ["a", "a\n"], ["a\nb", "a\n\n", "ba"]],
  ["m/^b$", ["a\nb\nc", "b"], ["ab"]],
  ["/a.c", ["abc", "a\rc", "a\u2028c", "a😀c"], ["a\nc", "ac"]],
  ["s/a.c", ["a\nc"], ["ac"]],
  ["/^.$", ["😀", "x"], ["xx", "😀😀", "\n"]],
  ["/^.{2}$", ["😀x", "ab"], ["😀", "abc"]],
  ["/^[^a]$", ["😀", "b"], ["a", "😀b"]],
  ["/^\\S\\D\\W$", ["a-😀", "😀😀!"], ["abc", "1a!x"]],
  ["/^😀+$", ["😀😀"], ["😀x", "\ud83d"]],
  ["/^[😀x]{2}$", ["😀x", "xx"], ["x", "😁x"]],
  ["/^[\\x{1F600}-\\x{1F64F}]$", ["😀", "🙏"], ["🚀", "x"]],
  ["/^[a\\-\\]]$", ["a", "-", "]"], ["\\"]],
  ["/^[]a]$", ["]", "a"], ["b"]],
  ["/^[^]a]$", ["b"], ["]", "a"]],
  ["/\\Aab\\z", ["ab"], ["ab\n", "xab"]],
  ["/\\Aab\\Z", ["ab", "ab\n"], ["abx"]],
  ["/^\\h+$", ["\t \u00a0"], ["\n", "x"]],
  ["/^\\s$", [" ", "\n", "\v"], ["\u00a0", "\u2003"]],
  ["/^\\v$", ["\n", "\u2028", "\v"], ["x", " "]],
  ["/^\\R$", ["\r\n", "\n"], ["x"]],
  ["/^\\N$", ["x"], ["\n"]],
  ["/^\\d\\w$", ["1a", "0_"], ["\u0661a", "1\u00e9"]],
  ["/\\Qa.c*\\E+", ["a.c*", "xa.c**"], ["abc", "a.c"]],
  ["/\\Qa.c", ["a.c"], ["abc"]],
  ["/^[[:alpha:]][[:digit:][:space:]]$", ["a1", "b "], ["1a", "ab"]],
  ["/^[[:^alpha:]]$", ["1", "😀"], ["a"]],
  ["/^[^[:punct:]]$", ["a"], ["!", "-"]],
  ["i/^[[:upper:]]$", ["a", "A"], ["1"]],
  ["/^[\\w.-]+@x$", ["a.b-c@x"], ["a b@x"]],
  ["/^[\\S\\n]$", ["a", "\n", "😀"], [" "]],
  ["/^\\x41\\x{42}\\103\\e$", ["ABC\u001b"], ["abc"]],
  ["/^\\cA$", ["\u0001"], ["A"]],
  ['/^\\/\\.\\-\\_\\"$', ['/.-_"'], ["x"]],
  ["/(?i)abc", ["ABC"], ["ab"]],
  ["/(?s)a.c", ["a\nc"], []],
  ["/a(?i:b)c", ["aBc"], ["abC"]],
  ["i/a(?-i:b)c", ["AbC"], ["aBc"]],
  ["x/ a b # comment\n c [ ]", ["abc "], ["a b c"]],
  ["/(?#comment)ab", ["ab"], ["comment"]],
  ["/(?<y>a)(?P<z>b)\\k<y>\\g{2}", ["abab"], ["abba"]],
  ["/(a)\\1", ["aa"], ["a1"]],
  ["/a(?=b)|(?<!x)c", ["ab", "c"], []],
  ["/a{2}b{1,}c{0,1}", ["aabb", "aabc"], ["ab"]],
  ["m/\\Aab$\\n\\z", ["ab\n"], ["x\nab\n", "ab\nx"]],
  ["m/^$", ["a\n\nb", ""], ["a\n", "a\rb", "a\r\rb"]],
  ["/^a(?m:^b$)|^c$", ["c"], ["a\nb"]],
  ["/^[^😀]$", ["x", "😁"], ["😀"]],
  ["i/\u00e9ß", ["\u00c9ß"], ["eß"]],
  ["/a{,2}", ["a{,2}"], ["aa"]],
  ["/x{y}", ["x{y}"], ["xy"]],
];

const REFUSED = [
  "(",
  ")",
  "[a",
  "a**",
  "*a",
  "a\\",
  "a++",
  "a?+",
  "(?>a)",
  "(?|a|b)",
  "(?R)",
  "(?1)",
  "(?(1)a|b)",
  "(*COMMIT)a",
  "(*UCP)a",
  "a(?i)b",
  "a\\Kb",
  "\\Ga",
  "\\Xa",
  "\\p{L}",
  "[[:nonsense:]]",
  "[z-a]",
  "\\y",
  "[\\p{L}]",
  "\\x{110000}",
  "\\x{d800}",
  "q/a",
  `i/${"a".repeat(40_000)}`,
];

function split(text: string): [pattern: string, options: string] {
  const [, options = "", pattern = text] = /^([a-z]*)\/([\s\S]*)$/.exec(text) ?? [];
  return [pattern, options];
}

describe("regular expressions as MongoDB has them", () => {
  it.each(CASES)("%s", (text, matches, others) => {
    const [pattern, options] = split(text);
    const regex = compilePattern(pattern, options);
    expect(matches.filter((each) => !regex.test(each))).toEqual([]);
    expect(others.filter((each) => regex.test(each))).toEqual([]);
  });

  it.each(REFUSED)("BAD_OPERATION: %s", (text) => {
    const [pattern, options] = /^[a-z]+\//.test(text) ? split(text) : [text, ""];
    const refused = () => compilePattern(pattern, options);
    expect(refused).toThrow(StoreError);
  });
});
