import type { Stage } from "../../game/game.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Store } from "../../store/store.ts";
import { prepareGameTenant } from "./tenants.ts";

/** Ensures that a stage has the game's own organization and project. */
export class SocialTenants {
  readonly #kernel: Pick<Kernel, "clock" | "game">;

  constructor(kernel: Pick<Kernel, "clock" | "game">) {
    this.#kernel = kernel;
  }

  opened(_stage: Stage, store: Store): Promise<void> {
    const { clock, game } = this.#kernel;
    return prepareGameTenant(store, game.name, clock.now());
  }
}
