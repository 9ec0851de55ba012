import { textArgument } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { slice, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { timeLeft } from "./spark-http.ts";

/** A mail sent through SendGrid. Counts as one of the script's HTTP requests. */
export class SendGrid {
  readonly #apiKey: string | null;
  /** JSON: list items, each preceded by a comma, and single values. */
  #to = "";
  #headers = "";
  #uploads = "";
  #downloadables = "";
  #from = "null";
  #replyTo = "null";
  #bcc = "null";
  #subject = "null";
  #text = "null";
  #html = "null";

  constructor(apiKey: string | null) {
    this.#apiKey = apiKey;
  }

  /** Adds a recipient. */
  addTo(email: string, name?: string | null): SendGrid {
    this.#to += `,${addressJson("SendGrid.addTo", email, name)}`;
    return this;
  }

  /** Sets the sender. */
  setFrom(email: string, name?: string | null): SendGrid {
    const method = "SendGrid.setFrom";
    this.#from = textOrNull(method, "email", email) === null ? "null" : addressJson(method, email, name);
    return this;
  }

  /** Sets the address for replies. */
  setReplyTo(email: string): SendGrid {
    this.#replyTo = json("SendGrid.setReplyTo", "email", email);
    return this;
  }

  /** Sets the recipient of a blind copy. */
  setBcc(bcc: string): SendGrid {
    this.#bcc = json("SendGrid.setBcc", "bcc", bcc);
    return this;
  }

  /** Sets the subject. */
  setSubject(subject: string): SendGrid {
    this.#subject = json("SendGrid.setSubject", "subject", subject);
    return this;
  }

  /** Sets the plain text body. Not used if there is an HTML body. */
  setText(text: string): SendGrid {
    this.#text = json("SendGrid.setText", "text", text);
    return this;
  }

  /** Sets the HTML body. */
  setHtml(html: string): SendGrid {
    this.#html = json("SendGrid.setHtml", "html", html);
    return this;
  }

  /** Adds a header to the mail. */
  addHeader(key: string, value: string): SendGrid {
    const method = "SendGrid.addHeader";
    const name = textOrNull(method, "key", key);
    const text = textOrNull(method, "value", value);
    if (name !== null && text !== null) this.#headers += `,[${stringify(name)},${stringify(text)}]`;
    return this;
  }

  /** Attaches an uploaded file. */
  addUploaded(uploadId: string): SendGrid {
    const id = textOrNull("SendGrid.addUploaded", "uploadId", uploadId);
    if (id !== null) this.#uploads += `,${stringify(id)}`;
    return this;
  }

  /** Attaches a downloadable's file. */
  addDownloadable(shortCode: string): SendGrid {
    const code = textOrNull("SendGrid.addDownloadable", "shortCode", shortCode);
    if (code !== null) this.#downloadables += `,${stringify(code)}`;
    return this;
  }

  /**
   * Sends the mail and returns SendGrid's response: `{"message":"success"}`, or errors, also for an incomplete mail.
   * Throws if SendGrid is unreachable.
   */
  send(): string {
    const mail =
      `{"to":${listOf(this.#to)},"from":${this.#from},"replyTo":${this.#replyTo},"bcc":${this.#bcc},` +
      `"subject":${this.#subject},"text":${this.#text},"html":${this.#html},"headers":${listOf(this.#headers)},` +
      `"uploads":${listOf(this.#uploads)},"downloadables":${listOf(this.#downloadables)}}`;
    return askHost("mail.send", `,${stringify(this.#apiKey)},${mail},${timeLeft()}`) as string;
  }
}

addProperties(SendGrid);

/** @param second if given, the password, which is the API key; else `first` is */
export function sendGrid(first: unknown, second: unknown): SendGrid {
  const method = "Spark.sendGrid";
  liveRun();
  const only = textOrNull(method, second === undefined ? "APIKey" : "username", first);
  return new SendGrid(second === undefined ? only : textOrNull(method, "password", second));
}

/** A setter's argument. Null unsets the value. */
function textOrNull(method: string, argument: string, value: unknown): string | null {
  liveRun();
  return value === null ? null : textArgument(method, argument, value);
}

function json(method: string, argument: string, value: unknown): string {
  return stringify(textOrNull(method, argument, value));
}

function addressJson(method: string, email: unknown, name: unknown): string {
  const called = name === undefined ? "null" : json(method, "name", name);
  return `{"email":${stringify(textArgument(method, "email", email))},"name":${called}}`;
}

function listOf(items: string): string {
  return items === "" ? "[]" : `[${slice(items, 1)}]`;
}
