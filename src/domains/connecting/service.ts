import type { Stage } from "../../game/game.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { publisherOf } from "../../publishers/index.ts";
import { NETWORKS, type Network, type NetworkProfile, PublishRefused } from "../../publishers/publisher.ts";
import type { Documents, Store } from "../../store/store.ts";
import { type ApiKeyDocument, type ProfileDocument, social } from "../social/index.ts";
import {
  addAttempt,
  attemptOfRequestToken,
  attemptOfState,
  endAttempt,
  offerChoice,
  readChoice,
  type TakenAttempt,
  takeAttempt,
} from "./attempts.ts";
import { type ConnectAttemptDocument, type ConnectSessionDocument, connecting } from "./collections.ts";
import { type Callback, exchange } from "./exchange.ts";
import { ConnectFailed } from "./failures.ts";
import { storeAccount } from "./finish.ts";
import { leave } from "./leave.ts";
import { presentable } from "./presentable.ts";
import { ConnectSecrets, type ConsumerPair } from "./secrets.ts";
import { addSession, countAttempt, type NewSession, openSession, requireUsable, setOutcome } from "./sessions.ts";
import { hashOf, newState } from "./tokens.ts";
import { revokeUnused } from "./unused-grants.ts";
import type { Chosen, ConnectingParts, OpenSession, Progress, Visitor } from "./visit.ts";
import { failureOf, nameOfNetwork, wayOf } from "./ways.ts";

/** Connects accounts: sessions, the way to a network and back, and what is stored in the end. */
export class Connecting {
  readonly #kernel: Pick<Kernel, "clock" | "config" | "log">;
  readonly #parts: ConnectingParts;
  readonly #secrets: ConnectSecrets;

  constructor(kernel: Pick<Kernel, "clock" | "config" | "log">, parts: ConnectingParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    this.#secrets = new ConnectSecrets(parts.tokens);
  }

  get #tools() {
    return { settings: this.#kernel.config, secrets: this.#secrets, now: this.#kernel.clock.now() };
  }

  /** The setting that a network needs and that is not set; undefined if accounts can be connected. */
  missing(network: Network, hasConsumer = false): string | undefined {
    const publisher = publisherOf(network);
    if (!publisher) return "the network itself: this server has none of its name";
    const way = wayOf(publisher, this.#kernel.config, hasConsumer && network === "twitter");
    return "missing" in way ? way.missing : undefined;
  }

  /** The networks that a profile may connect: those that are set up, without those that it disabled. */
  networksOf({ disabledNetworks }: Pick<ProfileDocument, "disabledNetworks">, hasConsumer: boolean): Network[] {
    return NETWORKS.filter(
      (network) => !disabledNetworks.includes(network) && this.missing(network, hasConsumer) === undefined,
    );
  }

  /** Creates a session. Its URL is `/connect/session/TOKEN`. @throws ConnectFailed NO_TOKEN_KEY for a consumer pair */
  async createSession(
    tx: Documents,
    stage: Stage,
    key: Pick<ApiKeyDocument, "_id">,
    profile: ProfileDocument,
    { consumer, ...session }: Omit<NewSession, "consumer"> & { consumer?: ConsumerPair | undefined },
  ): Promise<OpenSession> {
    const sealed = consumer && (await this.#secrets.sealConsumer(consumer, profile._id));
    return addSession(tx, stage, key, profile, { ...session, consumer: sealed }, this.#kernel.clock.now());
  }

  /** @throws ConnectFailed as `openSession`, and NO_PROFILE */
  async open({ store, browser }: Visitor, token: string): Promise<OpenSession & { profile: ProfileDocument }> {
    const session = await openSession(store, token, hashOf(browser), this.#kernel.clock.now());
    const profile = await social(store).profiles.findOne({ _id: session.profileId });
    const open = { session, token };
    if (!profile || profile.suspended) throw new ConnectFailed("NO_PROFILE", { place: open });
    return { ...open, profile };
  }

  /**
   * Begins an attempt: the URL of the network's consent page, or the form to fill in.
   * @throws ConnectFailed
   */
  async start(visitor: Visitor, { session, token }: OpenSession, network: Network): Promise<Progress> {
    const { way, context, details } = await this.#wayOf(session, token, network);
    if (way.kind === "token") return { at: "form", way };
    await countAttempt(visitor.store, session);
    try {
      return { at: "network", url: await leave(visitor, { session, token }, network, way, context, this.#tools) };
    } catch (error) {
      throw await this.#failed(visitor.store, session, { network }, failureOf(error, details));
    }
  }

  /** Checks what the user typed. A refusal leaves the session as it was. @throws ConnectFailed */
  async submit(
    visitor: Visitor,
    { session, token }: OpenSession,
    network: Network,
    values: Readonly<Record<string, string>>,
  ): Promise<Progress> {
    const { way, context, details } = await this.#wayOf(session, token, network);
    if (way.kind !== "token") throw new ConnectFailed("NETWORK_NOT_ALLOWED", details);
    await countAttempt(visitor.store, session);
    const given = Object.fromEntries(way.fields.map(({ name }) => [name, values[name] ?? ""]));
    const id = attemptOfState(newState(visitor.stage));
    const now = this.#kernel.clock.now();
    const attempt = { network, browserHash: hashOf(visitor.browser), redirectUri: "", secrets: { token } };
    await addAttempt(visitor.store, this.#secrets, id, session, attempt, now);
    const taken = await takeAttempt(visitor.store, this.#secrets, id, { ...attempt, now });
    try {
      const found = await way.verify(this.#kernel.config, given, context).catch((error: unknown) => {
        throw failureOf(error, details);
      });
      return await this.#found(visitor.store, taken, found);
    } catch (error) {
      this.#log(session, network, error);
      await endAttempt(visitor.store, taken.attempt, "failed");
      throw error;
    }
  }

  /** Ends what `start` began. @throws ConnectFailed, with the attempt failed if it was this browser's own */
  async finish(
    { store, browser }: Pick<Visitor, "store"> & { browser: string | undefined },
    network: Network,
    callback: Callback,
  ): Promise<Progress & { place: OpenSession }> {
    const { kind } = callback;
    const id =
      kind === "oauth2" ? attemptOfState(callback.state) : attemptOfRequestToken(network, callback.requestToken);
    const now = this.#kernel.clock.now();
    const browserHash = browser === undefined ? undefined : hashOf(browser);
    const taken = await takeAttempt(store, this.#secrets, id, { network, browserHash, now }).catch(async (error) => {
      if (error instanceof ConnectFailed && error.code === "STATE_EXPIRED" && error.place) {
        await this.#failed(store, error.place.session, { network, _id: id, status: "exchanging" }, error);
      }
      throw error;
    });
    const { session, secrets, attempt } = taken;
    const place = { session, token: secrets.token };
    try {
      const { way, context, details } = await this.#wayOf(session, secrets.token, network);
      let found: NetworkProfile[];
      try {
        found = await exchange(way, this.#kernel.config, callback, taken, context, details);
      } catch (error) {
        throw failureOf(error, details);
      }
      return { ...(await this.#found(store, taken, found)), place };
    } catch (error) {
      throw await this.#failed(store, session, attempt, error);
    }
  }

  /** Whether the store has the attempt of a request token. */
  async knows(store: Store, network: Network, requestToken: string): Promise<boolean> {
    const _id = attemptOfRequestToken(network, requestToken);
    return (await connecting(store).attempts.findOne({ _id }, { projection: { _id: 1 } })) !== null;
  }

  /** @throws ConnectFailed */
  async choice({ store, browser }: Visitor, attemptId: string) {
    const now = this.#kernel.clock.now();
    return readChoice(store, this.#secrets, attemptId, { browserHash: hashOf(browser), now });
  }

  /** Connects one of the accounts that an attempt found. @throws ConnectFailed */
  async choose(visitor: Visitor, attemptId: string, index: number): Promise<Chosen> {
    const { attempt, session, secrets, found } = await this.choice(visitor, attemptId);
    const place = { session, token: secrets.token };
    const { network } = attempt;
    const chosen = found[index];
    if (!chosen) throw new ConnectFailed("FORGED_FORM", { network, place });
    try {
      const account = await this.#store(visitor.store, { attempt, session, secrets }, chosen);
      return { at: "end", account, place, network };
    } catch (error) {
      const isTaken = error instanceof ConnectFailed && error.code === "USED_STATE";
      if (!isTaken) await this.#revokeUnused(visitor.store, { attempt, session, secrets }, found);
      throw await this.#failed(visitor.store, session, attempt, error);
    }
  }

  async #wayOf(session: ConnectSessionDocument, token: string, network: Network) {
    const details = { network, name: nameOfNetwork(network), place: { session, token } };
    const publisher = publisherOf(network);
    if (!publisher || !session.networks.includes(network)) throw new ConnectFailed("NETWORK_NOT_ALLOWED", details);
    const sealed = network === "twitter" ? session.consumer : undefined;
    const consumer = sealed === undefined ? undefined : await this.#secrets.openConsumer(sealed, session.profileId);
    const found = wayOf(publisher, this.#kernel.config, consumer !== undefined);
    if ("missing" in found) {
      this.#kernel.log.warn(
        { network, setting: found.missing },
        "an account cannot be connected: a setting is missing",
      );
      throw new ConnectFailed("NOT_CONFIGURED", details);
    }
    return { way: found.way, context: this.#parts.context(consumer), details };
  }

  /** If nothing is stored of what the network granted, it is revoked. */
  async #found(store: Store, taken: TakenAttempt, all: readonly NetworkProfile[]): Promise<Progress> {
    try {
      return await this.#accept(store, taken, all);
    } catch (error) {
      await this.#revokeUnused(store, taken, all);
      throw error;
    }
  }

  /** A failure of it must not hide why the account was not connected. */
  async #revokeUnused(store: Store, { session, attempt: { network } }: TakenAttempt, found: readonly NetworkProfile[]) {
    await revokeUnused(store, this.#parts, session, network, found, this.#kernel.clock.now()).catch((err: unknown) =>
      this.#kernel.log.error({ err, network }, "a grant that is not used could not be given back"),
    );
  }

  async #accept(store: Store, taken: TakenAttempt, all: readonly NetworkProfile[]): Promise<Progress> {
    const { attempt, session, secrets } = taken;
    const place = { session, token: secrets.token };
    const details = { network: attempt.network, name: nameOfNetwork(attempt.network), place };
    if (all.length === 0) throw new ConnectFailed("NO_ACCOUNTS", details);
    const found = await this.#accountsFor(store, session, all.map(presentable));
    if (found.length === 0) throw new ConnectFailed("OTHER_ACCOUNT", details);
    if (found.length > 1) {
      await requireUsable(store, session, secrets.token);
      await offerChoice(store, this.#secrets, attempt, found);
      return { at: "choice", attemptId: attempt._id, found };
    }
    return { at: "end", account: await this.#store(store, taken, found[0]!) };
  }

  /** Connecting an account again takes that one alone. */
  async #accountsFor(store: Store, { accountId }: ConnectSessionDocument, found: readonly NetworkProfile[]) {
    if (accountId === undefined) return found;
    const account = await social(store).accounts.findOne({ _id: accountId });
    return found.filter(({ id }) => id === account?.externalId);
  }

  async #store(store: Store, { attempt, session, secrets }: TakenAttempt, found: NetworkProfile) {
    const { network } = attempt;
    const account = { profileId: session.profileId, platform: network, externalId: found.id };
    const place = { session, token: secrets.token };
    const credentials = await this.#parts.seal(found.credentials, account).catch((error: unknown) => {
      throw error instanceof PublishRefused ? new ConnectFailed("NO_TOKEN_KEY", { network, place }) : error;
    });
    return storeAccount(
      store,
      { attempt, place, found, credentials },
      nameOfNetwork(network),
      this.#kernel.clock.now(),
    );
  }

  /** Records a failure, of an attempt that is stored or of one that could not begin. Returns it. */
  async #failed(
    store: Store,
    session: ConnectSessionDocument,
    attempt: { network: Network } & Partial<Pick<ConnectAttemptDocument, "_id" | "status">>,
    error: unknown,
  ): Promise<unknown> {
    const shown = error instanceof ConnectFailed ? error : undefined;
    const { code, message } = shown ?? { code: "INTERNAL", message: "The server failed." };
    const { network, _id, status } = attempt;
    this.#log(session, network, error);
    if (_id !== undefined && status !== undefined) await endAttempt(store, { _id, status }, "failed");
    await setOutcome(store, session._id, { status: "failed", error: { code, message } });
    return error;
  }

  #log({ _id: session, api }: ConnectSessionDocument, network: Network, error: unknown): void {
    if (!(error instanceof ConnectFailed)) return;
    const { code, cause } = error;
    const reason = cause instanceof Error ? cause.message : undefined;
    this.#kernel.log.info({ session, api, network, code, reason }, "an account was not connected");
  }
}
