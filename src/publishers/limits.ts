import type { Draft, Media, PublishProblem } from "./publisher.ts";

export const characters = (text: string): number => [...text].length;
export const count = (media: readonly Media[], kind: Media["kind"]): number =>
  media.filter((file) => file.kind === kind).length;

/** The problems whose condition holds. */
export function problems(...cases: readonly [holds: boolean, code: string, message: string][]): PublishProblem[] {
  return cases.filter(([holds]) => holds).map(([, code, message]) => ({ code, message }));
}

export function textLimit(name: string, max: number, { text }: Pick<Draft, "text">): PublishProblem[] {
  return problems([
    characters(text) > max,
    "TEXT_TOO_LONG",
    `${name} takes at most ${max.toLocaleString("en")} characters.`,
  ]);
}
