import { textOf } from "./arguments.ts";
import { askHost } from "./host.ts";
import { END } from "./run.ts";

export interface Attempt {
  answer: unknown;
  error: string | null;
}

/** As `askHost`, but returns the server's errors instead of throwing them. */
export function attempt(call: string, args: string): Attempt {
  try {
    return { answer: askHost(call, args), error: null };
  } catch (error) {
    if (error === END) throw error;
    return { answer: null, error: textOf(error) };
  }
}
