/**
 * By stage and player, the last of those who wait for each other: scripts that run again as another one wrote their player,
 * and those who came after them. One for the whole server.
 */
export type PlayerTurns = Map<string, Promise<void>>;
