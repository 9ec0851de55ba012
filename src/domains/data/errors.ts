/** Why an item was not read, found or written: a sentence for the script that asked. Nothing was changed. */
export class DataError extends Error {
  override name = "DataError";
}
