import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { baseUrlOf } from "../../apis/answer.ts";
import {
  ConnectFailed,
  Connecting,
  disconnectOnPage,
  nameOfNetwork,
  type OpenSession,
  type Progress,
  stageOfSession,
  stageOfState,
  type Visitor,
} from "../../domains/connecting/index.ts";
import { social } from "../../domains/social/index.ts";
import { STAGES, type Stage } from "../../game/game.ts";
import { isNetwork } from "../../publishers/index.ts";
import type { Network } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { browserOf, formToken, isOwnForm, knownBrowser, setCookie } from "./browser.ts";
import { choicePage, endPage, gridPage, startPath, tokenPage } from "./pages.ts";
import { type ConnectPageOptions, formOf, type Responses, responses } from "./respond.ts";
import { STYLE } from "./style.ts";

interface Params {
  platform?: string;
  token?: string;
  stage?: string;
  attempt?: string;
}
type Request = FastifyRequest<{ Params: Params; Querystring: Record<string, unknown> }>;
type Handler = (request: Request, to: Responses) => Promise<FastifyReply>;

/** Failures after which the user can change what was typed, or send it again. */
const CORRECTABLE = /^(NETWORK_|NO_ACCOUNTS$|OTHER_ACCOUNT$)/;
/** Longest text that a network may send back, or a user may type. */
const MAX_TEXT = 4_096;
/** Longest form: parsing one of many short fields takes long. */
const MAX_FORM_BYTES = 40_960;

/**
 * The pages on which users connect their accounts.
 *
 *     GET  /connect/session/TOKEN             all networks of a session, or straight to its only one
 *     POST /connect/session/TOKEN/disconnect
 *     GET  /connect/NETWORK?session=TOKEN     to the network's consent, or a form
 *     POST /connect/NETWORK                   the form
 *     GET  /connect/NETWORK/callback          back from the network
 *     GET  /connect/choose/STAGE/ATTEMPT      one of several accounts
 *     POST /connect/choose/STAGE/ATTEMPT
 */
export function addConnectPages(http: FastifyInstance, options: ConnectPageOptions): void {
  const { kernel } = options;
  const connecting = () => kernel.service(Connecting);
  const storeOf = async (stage: Stage, unknown: "UNKNOWN_SESSION" | "UNKNOWN_STATE" = "UNKNOWN_STATE") => {
    const store = await kernel.stores.openExisting(stage);
    if (!store) throw new ConnectFailed(unknown);
    return store;
  };

  const visitorOf = async (request: Request, to: Responses, store: Store, stage: Stage): Promise<Visitor> => {
    const baseUrl = baseUrlOf(kernel, request);
    const isSecure = baseUrl.startsWith("https:");
    const { id, isNew } = browserOf(request, isSecure);
    if (isNew) to.cookie(setCookie(id, isSecure));
    return { store, stage, browser: id, baseUrl };
  };
  const openFrom = async (request: Request, to: Responses, token: string) => {
    const stage = stageOfSession(token);
    if (stage === undefined) throw new ConnectFailed("UNKNOWN_SESSION");
    const visitor = await visitorOf(request, to, await storeOf(stage, "UNKNOWN_SESSION"), stage);
    return { visitor, ...(await connecting().open(visitor, token)) };
  };
  const requireOwnForm = (request: Request, form: URLSearchParams, subject: string, place?: OpenSession) => {
    const browser = knownBrowser(request, baseUrlOf(kernel, request).startsWith("https:"));
    if (!isOwnForm(request, form, browser, subject)) throw new ConnectFailed("FORGED_FORM", { place });
  };
  const onward = (to: Responses, place: OpenSession, network: Network, stage: Stage, progress: Progress) => {
    const { session, token } = place;
    if (progress.at === "network") return to.redirect(progress.url.href);
    if (progress.at === "choice") return to.redirect(`/connect/choose/${stage}/${progress.attemptId}`);
    if (progress.at !== "end") throw new Error(`An attempt cannot end as a ${progress.at}.`);
    if (session.mode === "grid") return to.redirect(`/connect/session/${token}`);
    if (session.returnUrl !== undefined) return to.redirect(session.returnUrl);
    return to.page(200, endPage(nameOfNetwork(network), progress.account));
  };

  const grid: Handler = async (request, to) => {
    const { visitor, session, token, profile } = await openFrom(request, to, request.params.token ?? "");
    const [only] = session.networks;
    if (session.mode === "connect" && only !== undefined) return to.redirect(startPath(only, token));
    const platforms = { profileId: session.profileId, platform: { $in: session.networks } };
    const connected = { ...platforms, status: { $ne: "disconnected" } };
    const accounts = await social(visitor.store).accounts.find(connected, { limit: 500 }).toArray();
    const rows = session.networks.map((network) => {
      const own = accounts.filter(({ platform }) => platform === network);
      return { network, name: nameOfNetwork(network), accounts: own };
    });
    const title = profile.displayTitle ?? profile.title;
    return to.page(200, gridPage({ session, token }, { title, rows, form: formToken(visitor.browser, session._id) }));
  };

  const disconnect: Handler = async (request, to) => {
    const form = formOf(request);
    const open = await openFrom(request, to, request.params.token ?? "");
    requireOwnForm(request, form, open.session._id, open);
    const account = textOf(form.get("account"));
    to.backTo(`/connect/session/${open.token}`);
    if (account !== undefined) {
      await disconnectOnPage(open.visitor.store, open.session, account, kernel.clock.now());
    }
    return to.redirect(`/connect/session/${open.token}`);
  };

  const start: Handler = async (request, to) => {
    const network = networkOf(request);
    const open = await openFrom(request, to, textOf(request.query["session"]) ?? "");
    const progress = await connecting().start(open.visitor, open, network);
    if (progress.at !== "form") return onward(to, open, network, open.visitor.stage, progress);
    const form = formToken(open.visitor.browser, open.session._id);
    to.mayReturnTo(open.session.returnUrl);
    return to.page(200, tokenPage(open, { network, name: nameOfNetwork(network), way: progress.way, form }));
  };

  const submit: Handler = async (request, to) => {
    const network = networkOf(request);
    const form = formOf(request);
    const open = await openFrom(request, to, textOf(form.get("session")) ?? "");
    requireOwnForm(request, form, open.session._id, open);
    to.mayReturnTo(open.session.returnUrl);
    const values = Object.fromEntries([...form].filter(([, value]) => value.length <= MAX_TEXT));
    try {
      const progress = await connecting().submit(open.visitor, open, network, values);
      return onward(to, open, network, open.visitor.stage, progress);
    } catch (problem) {
      const isCorrectable = problem instanceof ConnectFailed && CORRECTABLE.test(problem.code);
      const again = isCorrectable ? await connecting().start(open.visitor, open, network) : undefined;
      if (!isCorrectable || again?.at !== "form") throw problem;
      const page = { network, name: nameOfNetwork(network), way: again.way, values, problem };
      return to.page(
        problem.status,
        tokenPage(open, { ...page, form: formToken(open.visitor.browser, open.session._id) }),
      );
    }
  };

  const callback: Handler = async (request, to) => {
    const network = networkOf(request);
    const { query } = request;
    const browser = knownBrowser(request, baseUrlOf(kernel, request).startsWith("https:"));
    const requestToken = textOf(query["oauth_token"]) ?? textOf(query["denied"]);
    const state = textOf(query["state"]);
    if (state === undefined && requestToken !== undefined) {
      const verifier = textOf(query["oauth_verifier"]);
      const back = { kind: "oauth1", requestToken, verifier, denied: query["denied"] !== undefined } as const;
      // OAuth 1.0a has no state that names the stage.
      const stage = await stageWith(network, requestToken);
      const { place, ...progress } = await connecting().finish({ store: await storeOf(stage), browser }, network, back);
      return onward(to, place, network, stage, progress);
    }
    const stage = state === undefined ? undefined : stageOfState(state);
    if (state === undefined || stage === undefined) throw new ConnectFailed("UNKNOWN_STATE");
    const back = { kind: "oauth2", state, code: textOf(query["code"]), error: textOf(query["error"]) } as const;
    const { place, ...progress } = await connecting().finish({ store: await storeOf(stage), browser }, network, back);
    return onward(to, place, network, stage, progress);
  };
  const stageWith = async (network: Network, requestToken: string): Promise<Stage> => {
    for (const stage of STAGES) {
      const store = kernel.stores.opened(stage);
      if (store && (await connecting().knows(store, network, requestToken))) return stage;
    }
    return kernel.config.defaultStage;
  };

  const chooseFrom = async (request: Request, to: Responses) => {
    const stage = STAGES.find((each) => each === request.params.stage);
    const id = /^[0-9a-f]{64}$/.exec(request.params.attempt ?? "")?.[0];
    if (stage === undefined || id === undefined) throw new ConnectFailed("UNKNOWN_STATE");
    return { visitor: await visitorOf(request, to, await storeOf(stage), stage), id };
  };
  const choice: Handler = async (request, to) => {
    const { visitor, id } = await chooseFrom(request, to);
    const { attempt, session, secrets, found } = await connecting().choice(visitor, id);
    to.mayReturnTo(session.returnUrl);
    const action = `/connect/choose/${visitor.stage}/${id}`;
    const page = { name: nameOfNetwork(attempt.network), action, found, form: formToken(visitor.browser, id) };
    return to.page(200, choicePage({ session, token: secrets.token }, page));
  };
  const choose: Handler = async (request, to) => {
    const form = formOf(request);
    const { visitor, id } = await chooseFrom(request, to);
    requireOwnForm(request, form, id);
    const text = form.get("choice") ?? "";
    const index = /^\d{1,3}$/.test(text) ? Number(text) : -1;
    const { place, network, ...progress } = await connecting().choose(visitor, id, index);
    return onward(to, place, network, visitor.stage, progress);
  };

  http.register(async (scope) => {
    const add = (method: "GET" | "POST", url: string, handler: Handler) =>
      scope.route<{ Params: Params; Querystring: Record<string, unknown> }>({
        method,
        url,
        exposeHeadRoute: false,
        bodyLimit: MAX_FORM_BYTES,
        handler: (request, reply) => responses(request, reply, options, handler),
      });
    scope.get("/connect/style.css", { exposeHeadRoute: false }, (_request, reply) =>
      reply
        .headers({ "cache-control": "public, max-age=3600", "x-content-type-options": "nosniff" })
        .type("text/css; charset=utf-8")
        .send(STYLE),
    );
    add("GET", "/connect/session/:token", grid);
    add("POST", "/connect/session/:token/disconnect", disconnect);
    add("GET", "/connect/choose/:stage/:attempt", choice);
    add("POST", "/connect/choose/:stage/:attempt", choose);
    add("GET", "/connect/:platform", start);
    add("POST", "/connect/:platform", submit);
    add("GET", "/connect/:platform/callback", callback);
  });
}

function networkOf({ params }: Request): Network {
  if (!isNetwork(params.platform)) throw new ConnectFailed("NETWORK_NOT_ALLOWED");
  return params.platform;
}

/** A text of a client; undefined if it is absent, repeated or too long. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= MAX_TEXT ? value : undefined;
}
