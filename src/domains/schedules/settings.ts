import { whole } from "../../setting.ts";

export const schedulesSettings = {
  schedulesPerPlayer: whole(
    "Modules that scripts of one player may have planned; a further one is an error.",
    1_000,
    1,
  ),
  schedulesPerStage: whole("Modules that a game may have planned on one stage.", 100_000, 1),
};
