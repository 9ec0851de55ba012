/** The client disconnected while its request was waiting. Nothing was done, and no response is sent. */
export class ClientGone extends Error {
  override name = "ClientGone";
}
