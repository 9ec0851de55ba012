import { settingsOf } from "../../config.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { TokenRevocationDocument } from "./collections.ts";
import { LinkGrants } from "./link-grants.ts";
import { LinkTokens } from "./link-tokens.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { revocationJobs } from "./revocations.ts";
import { accountsSettings } from "./settings.ts";
import { SocialStatuses } from "./social-status.ts";

type Needs = Pick<Kernel, "clock" | "config" | "game" | "locks" | "log" | "providerCalls">;

export class AccountsService {
  readonly passwords: Passwords;
  readonly linkTokens: LinkTokens;
  readonly linkGrants: LinkGrants;
  readonly socialStatuses: SocialStatuses;
  readonly jobs: readonly [JobKind<TokenRevocationDocument>];

  constructor(kernel: Needs) {
    const { passwordHashesAtOnce, passwordHashesQueued } = settingsOf(kernel.config, accountsSettings);
    this.passwords = createPasswords({ atOnce: passwordHashesAtOnce, queued: passwordHashesQueued });
    const { clock, config, game, locks, log, providerCalls } = kernel;
    const tokens = new LinkTokens({ config, log });
    this.linkTokens = tokens;
    this.linkGrants = new LinkGrants({ clock, config, game, locks, providerCalls, tokens });
    this.socialStatuses = new SocialStatuses({ clock, config, providerCalls, grants: this.linkGrants });
    this.jobs = [revocationJobs({ clock, config, game, log, providerCalls, tokens })];
  }
}
