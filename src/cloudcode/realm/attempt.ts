import { textOf } from "./arguments.ts";
import { askHost } from "./host.ts";
import { END } from "./run.ts";

/** What the server answered; or why it did not, with `answer` null. */
export interface Attempt {
  answer: unknown;
  error: string | null;
}

/** As `askHost`, but what the server refuses or fails at is told and not thrown. */
export function attempt(call: string, args: string): Attempt {
  try {
    return { answer: askHost(call, args), error: null };
  } catch (error) {
    if (error === END) throw error;
    return { answer: null, error: textOf(error) };
  }
}
