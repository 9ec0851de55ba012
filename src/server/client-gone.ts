/** The client has gone while its request waited, before the work began. Nothing was done, and nobody hears of it. */
export class ClientGone extends Error {
  override name = "ClientGone";
}
