import type { AnyOperation } from "../operation.ts";
import { removePlayer, setPlayerPassword, signOutPlayer } from "./change.ts";
import { disconnectPlayer, previewDisconnect } from "./disconnect.ts";
import { exportPlayer } from "./export.ts";
import { searchPlayers } from "./search.ts";
import { showPlayer } from "./show.ts";

export const playerOperations: readonly AnyOperation[] = [
  searchPlayers,
  showPlayer,
  previewDisconnect,
  disconnectPlayer,
  setPlayerPassword,
  signOutPlayer,
  removePlayer,
  exportPlayer,
];
