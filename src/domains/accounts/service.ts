import type { Kernel } from "../../kernel/kernel.ts";
import { createPasswords, type Passwords } from "./passwords.ts";

/** What accounts share in one server. */
export class AccountsService {
  readonly passwords: Passwords;

  constructor({ config }: Pick<Kernel, "config">) {
    this.passwords = createPasswords({ atOnce: config.passwordHashesAtOnce, queued: config.passwordHashesQueued });
  }
}
