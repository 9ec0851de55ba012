import { settingsOf } from "../../config.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { accountsSettings } from "./settings.ts";

export class AccountsService {
  readonly passwords: Passwords;

  constructor({ config }: Pick<Kernel, "config">) {
    const { passwordHashesAtOnce, passwordHashesQueued } = settingsOf(config, accountsSettings);
    this.passwords = createPasswords({ atOnce: passwordHashesAtOnce, queued: passwordHashesQueued });
  }
}
