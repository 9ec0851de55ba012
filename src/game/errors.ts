/** A game that cannot be loaded. The message is a sentence naming the file, the place in it and what is needed. */
export class GameError extends Error {
  override name = "GameError";
}
