import { downloadableFile, findUpload } from "../../domains/files/index.ts";
import { isObject, list, object, text } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { HeaderList } from "../../outgoing/headers.ts";
import { bodyText, sendOutgoing, timeoutOf } from "./http.ts";

const MAX_ITEMS = 1_000;
const MAX_TEXT = Number.MAX_SAFE_INTEGER;
/** The response of SendGrid's v2 API, which scripts expect. That of v3 is empty. */
const ACCEPTED = '{"message":"success"}';

interface Address {
  email: string;
  name?: string;
}

/** Mail through SendGrid, https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send. */
export const mailCalls: Record<string, Call> = {
  /** Returns SendGrid's response. An incomplete mail is refused without a request. */
  "mail.send": write(async (scope, [apiKey, given, timeoutMs]) => {
    const mail = object(given, "mail");
    const missing = missingOf(apiKey, mail);
    if (missing.length > 0) return JSON.stringify({ message: "error", errors: missing });
    const headers: HeaderList = [
      ["Authorization", `Bearer ${text(apiKey, "the API key")}`],
      ["Content-Type", "application/json"],
    ];
    const url = `${scope.config.sendGridUrl.replace(/\/+$/, "")}/v3/mail/send`;
    const body = JSON.stringify(await mailOf(scope, mail));
    const request = { method: "POST", url, headers, body, timeoutMs: timeoutOf(timeoutMs), isTrusted: true } as const;
    const reply = await sendOutgoing(scope, request);
    const answer = bodyText(reply);
    return answer === "" && reply.status < 300 ? ACCEPTED : answer;
  }),
};

function missingOf(apiKey: unknown, mail: Record<string, unknown>): string[] {
  const { from, subject, text: plain, html } = mail;
  return [
    ...(apiKey === null ? ["There is no API key."] : []),
    ...(many(mail["to"], "to").length === 0 ? ["The mail has no recipient: addTo was not called."] : []),
    ...(from === null ? ["The mail has no sender: setFrom was not called."] : []),
    ...(subject === null ? ["The mail has no subject: setSubject was not called."] : []),
    ...(plain === null && html === null ? ["The mail is empty: neither setText nor setHtml was called."] : []),
  ];
}

async function mailOf(scope: CallScope, mail: Record<string, unknown>): Promise<object> {
  const { from, replyTo, bcc, subject, text: plain, html, headers } = mail;
  const to = many(mail["to"], "to").map(addressOf);
  const content = contentOf(plain, html);
  const attachments = [
    ...(await each(mail["uploads"], "uploads", (id) => uploaded(scope, id))),
    ...(await each(mail["downloadables"], "downloadables", (code) => downloadable(scope, code))),
  ];
  const pairs = many(headers, "headers").map(headerOf);
  return {
    personalizations: [{ to, ...(bcc !== null && { bcc: [{ email: text(bcc, "bcc") }] }) }],
    from: addressOf(from),
    ...(replyTo !== null && { reply_to: { email: text(replyTo, "replyTo") } }),
    subject: text(subject, "subject"),
    content: [content],
    ...(attachments.length > 0 && { attachments }),
    ...(pairs.length > 0 && { headers: Object.fromEntries(pairs) }),
  };
}

function contentOf(plain: unknown, html: unknown): { type: string; value: string } {
  if (html !== null) return { type: "text/html", value: text(html, "html", MAX_TEXT) };
  return { type: "text/plain", value: text(plain, "text", MAX_TEXT) };
}

function addressOf(address: unknown): Address {
  if (!isObject(address)) throw new CallError("An address must be an object.");
  const email = text(address["email"], "email");
  return address["name"] === null ? { email } : { email, name: text(address["name"], "name") };
}

function headerOf(header: unknown): [name: string, value: string] {
  const [name, value] = list(header, "header");
  return [text(name, "key"), text(value, "value", 8_192)];
}

async function uploaded({ store }: CallScope, uploadId: string): Promise<object> {
  const file = await findUpload(store, uploadId);
  if (!file) throw new CallError(`There is no uploaded file ${uploadId}.`);
  return attachment(file.fileName, Buffer.from(file.text, "utf8"));
}

async function downloadable(scope: CallScope, shortCode: string): Promise<object> {
  const file = await downloadableFile(scope, shortCode);
  if (!file) throw new CallError(`There is no downloadable ${shortCode}.`);
  return attachment(file.fileName, file.content);
}

function attachment(filename: string, content: Buffer): object {
  return { content: content.toString("base64"), filename, disposition: "attachment" };
}

/** Sequential, as attachments may be large. */
async function each(value: unknown, name: string, read: (item: string) => Promise<object>): Promise<object[]> {
  const found: object[] = [];
  for (const item of many(value, name)) found.push(await read(text(item, name)));
  return found;
}

function many(value: unknown, name: string): unknown[] {
  const items = list(value, name);
  if (items.length > MAX_ITEMS) throw new CallError(`There are more than ${MAX_ITEMS} ${name}.`);
  return items;
}
