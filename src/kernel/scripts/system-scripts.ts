/** The names of the `system` scripts, by the event that runs them. */
export const SYSTEM_SCRIPTS = {
  playerConnected: "GS_PLAYER_CONNECT",
  playerDisconnected: "GS_PLAYER_DISCONNECT",
  everyMinute: "GS_MINUTE",
  everyHour: "GS_HOURLY",
  everyDay: "GS_DAILY",
  gamePublished: "GS_GAME_PUBLISH",
  /** A request to the callback address of the credential `server`. Other credentials use scripts in `callbacks`. */
  callbackUrl: "GS_CALLBACK_URL",
  /** Not found in any export; the name follows the pattern of the others. */
  fileDelivered: "GS_FILE_DELIVERED",
} as const;
