/** A game folder that cannot be loaded: a sentence that names the file, the place in it, and what is needed. */
export class GameError extends Error {
  override name = "GameError";
}
