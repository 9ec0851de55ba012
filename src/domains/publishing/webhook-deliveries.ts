import { createHmac } from "node:crypto";
import { settingsOf } from "../../config.ts";
import type { Claim } from "../../jobs/claim.ts";
import type { JobKind } from "../../jobs/kind.ts";
import { OutgoingError } from "../../outgoing/errors.ts";
import { social, type WebhookDeliveryDocument, type WebhookDocument } from "../social/index.ts";
import { isWebAddress } from "./context.ts";
import type { PublishingParts } from "./parts.ts";
import { ownSettings } from "./settings.ts";
import { PAUSE_MS, PAUSED, WebhookCircuits } from "./webhook-circuits.ts";

/** Nine sends in about an hour and a half. */
const RETRY = { firstMs: 30_000, mostMs: 1_800_000 };
const MAX_ATTEMPTS = 9;
const LEASE_MS = 30_000;
const MAX_BYTES = 1_048_576;
const REPEATED = new Set([408, 425, 429]);

/** The webhook did not accept the event; it is sent again. */
class NotAccepted extends Error {
  override name = "NotAccepted";
}

/**
 * Posts events to webhooks, each at least once until it is accepted with a status of 2xx. 408, 425, 429, 5xx, and no response
 * are repeated; another status is final. A webhook that was removed, or has another URL since, gets no more of its events. The
 * events of one that keeps failing wait, and what they wait does not count as an attempt.
 */
export function webhookDeliveries(parts: PublishingParts): JobKind<WebhookDeliveryDocument> {
  const { clock, config, log, outgoing, secrets } = parts;
  const { webhooksAtOnce, webhookTimeoutMs } = settingsOf(config, ownSettings);

  const circuits = new WebhookCircuits();

  /** @returns why the event is not sent again; undefined if it was accepted */
  const send = async (claim: Claim<WebhookDeliveryDocument>, hook: WebhookDocument): Promise<string | undefined> => {
    const { _id, body } = claim.document;
    if (!isWebAddress(hook.url, config.scriptHttpPrivateNetworks !== "")) return "the URL does not begin with https://";
    const secret = hook.secret === undefined ? undefined : await secrets.openWebhookSecret(hook.secret, hook._id);
    const headers: [string, string][] = [
      ["content-type", "application/json"],
      ["X-Authorization-Timestamp", String(Math.floor(clock.now() / 1000))],
      ["X-Ayrshare-Delivery-Id", _id],
      ["X-Ayrshare-Delivery-Attempt", String(claim.countedAttempts)],
    ];
    if (secret !== undefined) {
      headers.push(["X-Authorization-Content-SHA256", createHmac("sha256", secret).update(body, "utf8").digest("hex")]);
    }
    const limits = { timeoutMs: webhookTimeoutMs, maxRequestBytes: MAX_BYTES, maxResponseBytes: MAX_BYTES };
    const request = { method: "POST" as const, url: hook.url, headers, body, timeoutMs: webhookTimeoutMs, limits };
    const reply = await outgoing.send(request).catch((error: unknown) => {
      if (error instanceof OutgoingError && error.kind === "refused") return error.message;
      throw error;
    });
    if (typeof reply === "string") return reply;
    const { status } = reply;
    if (status >= 200 && status < 300) return undefined;
    if (status >= 500 || REPEATED.has(status)) throw new NotAccepted(`The webhook responded with status ${status}.`);
    return `the webhook responded with status ${status}`;
  };

  return {
    name: "webhookDelivery",
    collection: "webhookDelivery",
    concurrency: webhooksAtOnce,
    leaseMs: LEASE_MS,
    retry: RETRY,
    maxAttempts: MAX_ATTEMPTS,
    async run(claim, { stage }) {
      const { _id: delivery, webhookId: webhook, body } = claim.document;
      const hook = await social(claim.store).webhooks.findOne({ _id: webhook });
      if (hook?.url === urlIn(body)) {
        const why = await circuits.run(`${webhook} ${hook!.url}`, () => send(claim, hook!));
        if (why === PAUSED) {
          await claim.release(PAUSE_MS, { isFree: true });
          return "settled";
        }
        if (why !== undefined)
          log.warn({ stage, webhook, delivery, why }, "a webhook refused an event; it is not sent again");
      }
      await claim.finish();
      return "settled";
    },
    async giveUp(claim, { stage }) {
      const { _id: delivery, webhookId: webhook } = claim.document;
      await claim.finish();
      log.warn({ stage, webhook, delivery }, "a webhook did not accept an event in any attempt; it is not sent again");
    },
  };
}

function urlIn(body: string): unknown {
  return (JSON.parse(body) as { url?: unknown }).url;
}
