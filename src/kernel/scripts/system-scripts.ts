/** What the `system` scripts are called: each is named by the occasion that the server runs it at. */
export const SYSTEM_SCRIPTS = {
  playerConnected: "GS_PLAYER_CONNECT",
  playerDisconnected: "GS_PLAYER_DISCONNECT",
  everyMinute: "GS_MINUTE",
  everyHour: "GS_HOURLY",
  everyDay: "GS_DAILY",
  gamePublished: "GS_GAME_PUBLISH",
  /** A request to the callback address of the credential `server`; other credentials have a script in `callbacks`. */
  callbackUrl: "GS_CALLBACK_URL",
  /** No export that was seen has one: the name follows the others'. */
  fileDelivered: "GS_FILE_DELIVERED",
} as const;
