import type { ConnectFailed, OpenSession } from "../../domains/connecting/index.ts";
import type { SocialAccountDocument } from "../../domains/social/index.ts";
import type { Network, NetworkProfile, TokenConnecting } from "../../publishers/publisher.ts";
import { type Html, html } from "./html.ts";

/** The pages. None has a script, an image or anything from another server. */

export function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/connect/style.css">
</head>
<body><main>${body}</main></body>
</html>
`;
}

export interface NetworkRow {
  network: Network;
  name: string;
  accounts: readonly Pick<SocialAccountDocument, "_id" | "status" | "handle" | "displayName" | "externalId">[];
}

/** All networks of a session. */
export function gridPage(
  { session, token }: OpenSession,
  { title, rows, form }: { title: string; rows: readonly NetworkRow[]; form: string },
): Html {
  const cards = rows.map(({ network, name, accounts }) => {
    const hasAccount = accounts.length > 0;
    return html`<li class="card"><h2>${name}</h2>
${hasAccount ? accounts.map((account) => accountPart(name, account, token, form)) : html`<p class="quiet">Not connected</p>`}
<p><a class="button${hasAccount ? " second" : ""}" href="${startPath(network, token)}">${connectLabel(name, accounts, session.isExclusive)}</a></p></li>`;
  });
  return layout(
    `Connect accounts: ${title}`,
    html`<h1>Connect accounts</h1>
<p>Accounts that you connect here can be posted to by <strong>${title}</strong>.</p>
<ul class="networks">${cards}</ul>
${session.returnUrl === undefined ? html`<p class="quiet">When you are done, close this window.</p>` : html`<p><a class="button" href="${session.returnUrl}">Done</a></p>`}`,
  );
}

function connectLabel(name: string, accounts: NetworkRow["accounts"], isExclusive: boolean): string {
  if (accounts.length === 0) return `Connect ${name}`;
  return isExclusive ? `Connect ${name} again` : `Connect another ${name} account`;
}

function accountPart(name: string, account: NetworkRow["accounts"][number], token: string, form: string): Html {
  const shown = labelOf(account);
  const status = account.status === "connected" ? `Connected: ${shown}` : `${shown} must be connected again`;
  return html`<p>${status}</p>
<details><summary>Disconnect ${shown}</summary>
<p>Posts that wait for this account are canceled. What was published stays.</p>
<form method="post" action="/connect/session/${token}/disconnect">
<input type="hidden" name="form" value="${form}"><input type="hidden" name="account" value="${account._id}">
<button class="second">Disconnect ${shown} from ${name}</button></form></details>`;
}

/** What the user pastes. `problem` is of the values that were sent before. */
export function tokenPage(
  { token, session }: OpenSession,
  {
    network,
    name,
    way,
    form,
    values = {},
    problem,
  }: {
    network: Network;
    name: string;
    way: TokenConnecting<unknown>;
    form: string;
    values?: Readonly<Record<string, string>>;
    problem?: ConnectFailed;
  },
): Html {
  const fields = way.fields.map(({ name: field, label, isSecret, help }) => {
    const value = isSecret ? "" : (values[field] ?? "");
    return html`<div class="field"><label for="field-${field}">${label}</label>
<p class="quiet" id="help-${field}">${help}</p>
<input id="field-${field}" name="${field}" type="${isSecret ? "password" : "text"}" value="${value}" required maxlength="2000" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="help-${field}"></div>`;
  });
  return layout(
    `Connect ${name}`,
    html`<h1>Connect ${name}</h1>
${problem ? html`<div role="alert">${reasonPart(problem)}</div>` : undefined}
<form method="post" action="/connect/${network}">
<input type="hidden" name="form" value="${form}"><input type="hidden" name="session" value="${token}">
${fields}
<button>Connect ${name}</button></form>
${backPart(session, token)}`,
  );
}

/** One of several accounts. */
export function choicePage(
  { token, session }: OpenSession,
  { name, action, found, form }: { name: string; action: string; found: readonly NetworkProfile[]; form: string },
): Html {
  const choices = found.map(
    (account, index) =>
      html`<label><input type="radio" name="choice" value="${index}" required${index === 0 ? html` checked` : undefined}><span>${labelOf({ ...account, externalId: account.id })}</span></label>`,
  );
  return layout(
    `Choose an account: ${name}`,
    html`<h1>Choose an account</h1>
<form method="post" action="${action}">
<input type="hidden" name="form" value="${form}">
<fieldset class="choice"><legend>You may post to these accounts at ${name}:</legend>${choices}</fieldset>
<button>Connect this account</button></form>
${backPart(session, token)}`,
  );
}

/** For a session without a return URL. */
export function endPage(name: string, account: NetworkRow["accounts"][number]): Html {
  const text = html`<h1>Connected</h1><p>${labelOf(account)} at ${name} is connected. You can close this window.</p>`;
  return layout("Connected", text);
}

/** Why it failed and what to do. */
export function failurePage(failure: ConnectFailed): Html {
  const { place } = failure;
  const links: Html[] = [];
  if (place?.token !== undefined && !place.session.isSingleUse && failure.code !== "STOPPED") {
    links.push(html`<p><a class="button" href="/connect/session/${place.token}">Start again</a></p>`);
  }
  const back = place && returnOf(place.session, failure.code);
  if (back) links.push(html`<p><a class="button second" href="${back.href}">Return to ${back.host}</a></p>`);
  return layout("Not connected", html`<h1>Nothing was connected</h1>${reasonPart(failure)}${links}`);
}

export function messagePage(title: string, text: string, cure: string, back?: string): Html {
  const link = back === undefined ? undefined : html`<p><a class="button" href="${back}">Back</a></p>`;
  return layout(title, html`<h1>${title}</h1><p>${text}</p><p>${cure}</p>${link}`);
}

export const startPath = (network: Network, token: string) => `/connect/${network}?session=${token}`;

function reasonPart({ what, cure, reason }: ConnectFailed): Html {
  return html`<p class="alert">${what}</p>${reason !== undefined && html`<p>${reason}</p>`}<p>${cure}</p>`;
}

function backPart({ mode }: OpenSession["session"], token: string): Html | undefined {
  if (mode === "connect") return undefined;
  return html`<p><a href="/connect/session/${token}">Back to all networks</a></p>`;
}

/** Where a failed session returns to. Clients of Layers learn the failure from the URL. */
function returnOf({ api, returnUrl, outcome }: OpenSession["session"], code: string): URL | undefined {
  if (returnUrl === undefined) return undefined;
  const url = new URL(returnUrl);
  if (api === "layers" && outcome?.status !== "completed")
    url.searchParams.set("layers_oauth_error", code.toLowerCase());
  return url;
}

function labelOf({
  handle,
  displayName,
  externalId,
}: Pick<NetworkRow["accounts"][number], "handle" | "displayName" | "externalId">): string {
  if (handle === undefined) return displayName ?? externalId;
  return displayName === undefined || displayName === handle ? `@${handle}` : `${displayName} (@${handle})`;
}
