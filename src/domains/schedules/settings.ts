import { whole } from "../../setting.ts";

export const schedulesSettings = {
  schedulesPerPlayer: whole(
    "Maximum number of modules scheduled by one player's scripts; a further one is an error.",
    1_000,
    1,
  ),
  schedulesPerStage: whole("Maximum number of scheduled modules per stage.", 100_000, 1),
};
