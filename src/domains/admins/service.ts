import { isIP } from "node:net";
import { settingsOf } from "../../config.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { equals } from "../../store/equals.ts";
import type { Store } from "../../store/store.ts";
import { AccountsService, PasswordsBusy } from "../accounts/index.ts";
import { record } from "../audit/index.ts";
import { hasAdmin } from "./admins.ts";
import { type AdminDocument, adminCollections } from "./collections.ts";
import { type DelayLimits, Delays } from "./delays.ts";
import { SignInRefused } from "./refused.ts";
import { stepOf } from "./second-factor.ts";
import { type AdminSession, startSession } from "./sessions.ts";
import { adminsSettings } from "./settings.ts";

export interface SignInAttempt {
  name: string;
  password: string;
  code?: string | undefined;
  /** The peer's. */
  address: string;
  requestId?: string | undefined;
}

const NAME_LIMITS: DelayLimits = { free: 4, mostSeconds: 300 };
const ADDRESS_LIMITS: DelayLimits = { free: 10, mostSeconds: 900 };
/** Maximum number of queued attempts per name. */
const ATTEMPTS_WAITING = 10;
const wrong = () => new SignInRefused("WRONG", "Name, password or code is wrong.");

export class Admins {
  readonly #kernel: Pick<Kernel, "clock" | "config" | "service">;
  readonly #delays = new Delays();
  #hasAdmin = false;

  constructor(kernel: Pick<Kernel, "clock" | "config" | "service">) {
    this.#kernel = kernel;
  }

  /** Whether the console is served (setting `console`). Reads the store until there is an admin. */
  async isOn(store: () => Promise<Store>): Promise<boolean> {
    const { config } = this.#kernel;
    const { console } = settingsOf(config, adminsSettings);
    if (console !== "auto") return console === "on";
    if (isOwnMachine(config)) return true;
    this.#hasAdmin ||= await hasAdmin(await store());
    return this.#hasAdmin;
  }

  /**
   * Signs an admin in. An unknown name takes the time of a known one. Failures delay the next attempt at the same name and
   * from the same address.
   * @throws SignInRefused
   */
  async signIn(store: Store, attempt: SignInAttempt): Promise<{ token: string; session: AdminSession }> {
    const { clock, service, config } = this.#kernel;
    const { passwords } = service(AccountsService);
    const keys = [
      [`name ${attempt.name}`, NAME_LIMITS],
      [`address ${networkOf(attempt.address)}`, ADDRESS_LIMITS],
    ] as const;
    const seconds = this.#delays.take(keys, clock.now());
    if (seconds > 0) {
      throw new SignInRefused("WAIT", `Too many attempts failed. Wait ${seconds} seconds.`, seconds);
    }
    const key = `console ${attempt.name}`;
    if (passwords.guesses.pending(key) >= ATTEMPTS_WAITING) throw busy();
    const { admins } = adminCollections(store);
    const proven = await passwords.guesses.run(key, async () => {
      const admin = await admins.findOne({ _id: equals(attempt.name) });
      const isRight = await passwords.verify(attempt.password, admin?.hash).catch((error: unknown) => {
        throw error instanceof PasswordsBusy ? busy() : error;
      });
      if (!admin || !isRight) throw wrong();
      return { admin, usedStep: await this.#usedStep(admin, attempt.code) };
    });
    const signedIn = await store.transaction(async (tx) => {
      const now = clock.now();
      const { admin, usedStep } = proven;
      const { _id: name, role, hash, version } = admin;
      // The version: nobody has changed the account, and no other attempt has used this code.
      const set = { lastSignIn: new Date(now), ...(usedStep !== undefined && { usedStep }) };
      const { matchedCount } = await adminCollections(tx).admins.updateOne(
        usedStep === undefined ? { _id: name, hash, secondFactor: { $exists: false } } : { _id: name, hash, version },
        { $set: set, $inc: { version: 1 } },
      );
      if (matchedCount === 0) throw wrong();
      const by = { door: "console", admin: name, adminRole: role, requestId: attempt.requestId } as const;
      await record(tx, { action: "admin.signed_in", by, now, subject: name });
      return startSession(tx, { name, role }, now, settingsOf(config, adminsSettings));
    });
    this.#delays.forgive(keys);
    return signedIn;
  }

  /** The time step of the code; undefined if the admin has no second factor. */
  async #usedStep({ _id, secondFactor, usedStep }: AdminDocument, code: string | undefined) {
    if (secondFactor === undefined) return undefined;
    if (code === undefined || code === "") {
      throw new SignInRefused("CODE_REQUIRED", "Send the code of the second factor too.");
    }
    const { clock, service } = this.#kernel;
    const secret = await service(AccountsService).linkTokens.openText(secondFactor, purposeOf(_id));
    if (secret === undefined) {
      const cure = "Restore the key (setting tokenKeys), or turn the second factor off: rekindle admins code.";
      throw new SignInRefused("UNREADABLE", `The second factor cannot be read. ${cure}`);
    }
    const step = await stepOf(secret, code, clock.now(), usedStep);
    if (step === undefined) throw wrong();
    return step;
  }
}

/** What a second factor is sealed for. */
export const purposeOf = (admin: string) => `second factor ${admin}`;

/** Whether the server is reached from this machine only. */
export function isOwnMachine({ host, publicUrl }: { host: string; publicUrl: string }): boolean {
  return publicUrl === "" && (host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127.")));
}

const busy = () => new SignInRefused("BUSY", "Too many sign-ins at once. Try again in a moment.", 1);

/** An IPv6 customer has a /64. */
function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.startsWith("::")) return address;
  return address.split(":").slice(0, 4).join(":");
}
