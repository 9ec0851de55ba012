/** The operation was refused and changed nothing. The message is for the script's author. */
export class DataError extends Error {
  override name = "DataError";
}
