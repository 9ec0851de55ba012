import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { contentOf } from "../../src/game/content.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { type Elsewhere, startElsewhere } from "../outgoing/support.ts";
import { testConfig, testGame } from "../support/app.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  accepted: (response) => response.writeHead(202).end(),
  unauthorized: (response) => response.writeHead(401).end('{"errors":[{"message":"no key"}]}'),
};

/** No part of it is a text of its own: it has characters of two units at odd places, and of six in JSON. */
const LARGE = `a${"😀".repeat(600_000)}${"\u0001".repeat(1_200_000)}`;

let sendGrid: Elsewhere;
let answers = "accepted";
let world: World;
let scripts: TestCloudCode;
let folder: string;
let runs = 0;

beforeAll(async () => {
  sendGrid = await startElsewhere((_received, response) => ANSWERS[answers]!(response));
  world = await openWorld();
  scripts = await withScripts({ s: "" });
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  await mkdir(join(folder, "downloadables"));
  await writeFile(join(folder, "downloadables", "LEVELS.json"), '[{"level":1}]');
  await writeFile(join(folder, "downloadables", "MENU"), "<menu><food/></menu>");
  await writeFile(join(folder, "downloadables", "LARGE.json"), JSON.stringify(LARGE));
  await writeFile(join(folder, "secret.json"), "{}");
});

afterAll(async () => {
  await scripts.cloudCode.close();
  await sendGrid.close();
  await world.discard();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => {
  sendGrid.received.length = 0;
  answers = "accepted";
});

async function run(source: string): Promise<ScriptResult> {
  const thrown = "function thrown(f) { try { f(); return null; } catch (e) { return e.message; } }";
  const later =
    "function upload(text, name) { return Spark.getUploadableUtils().uploadString(text, null, name || 'f', {}); }";
  await scripts.replace({
    s: `${thrown} ${later}\nvar f = Spark.getFiles(), u = Spark.getUploadableUtils();\n${source}`,
  });
  const content = contentOf({ "~downloadables": [{ shortCode: "LEVELS" }, { shortCode: "GONE" }] }, "", []);
  const game = testGame([], { ...content, folder });
  const config = testConfig({ sendGridUrl: `${sendGrid.url}/`, scriptHttpCalls: 3, uploadsPerPlayer: 20 });
  const player = await world.player(`ada${++runs}`);
  return scripts.run("s", { player: await world.seen(player) }, { ...world.context, game, config, player });
}

async function answer(expression: string): Promise<unknown> {
  const { scriptData, failure } = await run(`Spark.setScriptData("a", ${expression});`);
  expect(failure).toBeUndefined();
  return scriptData["a"];
}

async function refusals(table: readonly (readonly [call: string, sentence: string])[]): Promise<void> {
  const tries = table.map(([call]) => `thrown(function () { ${call}; })`);
  expect(await answer(`[${tries.join(",\n")}]`)).toEqual(table.map(([, sentence]) => sentence));
}

describe("uploaded files", () => {
  test("are kept until they are deleted", async () => {
    const source = `(function () {
      var id = u.uploadString('{"a":1}', Spark.getPlayer(), "a.json", {kind: "x"});
      return [/^[0-9a-f]{32}$/.test(id), u.retrieveString(id), f.uploadedJson(id), Spark.uploadedJson(id),
        f.deleteUploadedFile(id), f.deleteUploadedFile(id), u.retrieveString(id), f.uploadedJson(id), f.uploadedXml(id)];
    })()`;
    expect(await answer(source)).toEqual([true, '{"a":1}', { a: 1 }, { a: 1 }, true, false, null, null, null]);
  });

  test("are refused with invalid arguments", async () => {
    await refusals([
      [
        "u.uploadString(1, Spark.getPlayer(), 'a')",
        "SparkUploadableUtils.uploadString: stringData must be a string, not a number.",
      ],
      [
        "u.uploadString('', 'ada', 'a')",
        "SparkUploadableUtils.uploadString: player must be a SparkPlayer, not a string.",
      ],
      ["u.uploadString('', null)", "SparkUploadableUtils.uploadString: fileName must be a string, not undefined."],
      ["u.uploadString('', null, Array(300).join('a'))", "fileName is longer than 256 characters."],
      [
        "u.uploadString('', null, 'a', function () {})",
        "SparkUploadableUtils.uploadString: metaData must be JSON, not a function.",
      ],
      ["u.retrieveString()", "SparkUploadableUtils.retrieveString: uploadId must be a string, not undefined."],
      ["f.uploadedJson({})", "SparkFiles.uploadedJson: uploadId must be a string, not an object."],
      ["f.uploadedJson(upload('{'))", "SparkFiles.uploadedJson: the file is not JSON."],
      ["f.uploadedXml(upload('<a>'))", "The XML is invalid in line 1: Unclosed tag 'a'."],
      ["Spark.downloadableXml()", "Spark.downloadableXml: shortCode must be a string, not undefined."],
    ]);
  });

  test("are limited in number per player", async () => {
    const { scriptData } = await run(`for (var n = 0; n < 30; n++) {
      try { u.uploadString("", Spark.getPlayer(), "a"); } catch (e) { Spark.setScriptData("a", [n, e.message]); break; }
    }`);
    expect(scriptData["a"]).toEqual([20, "The player already has 20 uploaded files."]);
  });
});

describe("SparkXmlReader", () => {
  test("calls the registered functions in document order", async () => {
    const { scriptData, failure } = await run(`
      var reader = f.uploadedXml(upload('<menu at="1"><food id="1"><name>A</name></food><drink/><food id="2"><name>B</name></food></menu>'));
      var seen = [];
      reader.registerCallback("menu.food", function () {
        seen.push([reader.getElement()["@id"], reader.element.children().length(), reader.getXml().name.text(), arguments.length]);
      });
      reader.registerCallback("menu.food.name", function () { seen.push(reader.xml.toString()); });
      reader.registerCallback("food", function () { seen.push("never"); });
      reader.process();
      Spark.setScriptData("seen", seen);
      Spark.setScriptData("after", [reader.getElement().toXMLString(), reader.getXml().food[1].name.toString()]);
      Spark.setScriptData("refused", [
        thrown(function () { reader.registerCallback("a"); }),
        thrown(function () { reader.registerCallback({}, thrown); }),
      ]);`);
    expect(failure).toBeUndefined();
    expect(scriptData["seen"]).toEqual([["1", 0, "A", 0], "A", ["2", 0, "B", 0], "B"]);
    expect(scriptData["after"]).toEqual(['<menu at="1"/>', "B"]);
    expect(scriptData["refused"]).toEqual([
      "SparkXmlReader.registerCallback: startCallback must be a function, not undefined.",
      "SparkXmlReader.registerCallback: path must be a string, not an object.",
    ]);
  });

  const XML = "<a x='1&amp;2'>one<b>B</b>two<b c='&quot;'>&lt;<d/></b><text>t</text><__proto__/></a>";
  const READ: [expression: string, value: unknown][] = [
    ["x.text()", "onetwo"],
    ["x.b.length()", 2],
    ["x.b[0].text()", "B"],
    ["'' + x.b[0]", "B"],
    ["x.b[1].toString()", '<b c="&quot;">&lt;<d/></b>'],
    ["x.b[1].d.length()", 1],
    ["x.b.d.length()", 1],
    ["x[0].b[1]['@c']", '"'],
    ["x['@x']", "1&2"],
    ["x.attribute('x')", "1&2"],
    ["x.attribute('y')", null],
    ["x.attributes()", { x: "1&2" }],
    ["x.none === undefined", true],
    ["x.child('none').length()", 0],
    ["x.child('text').text()", "t"],
    ["x.children().length()", 4],
    ["x.localName()", "a"],
    ["x.b.localName()", null],
    ["(function () { var n = []; for each (var b in x.b) n.push(b.text()); return n; })()", ["B", "<"]],
    ["(function () { var n = []; for (var i in x.b) n.push(i); return n; })()", ["0", "1"]],
    ["x.child('__proto__').length()", 1],
    ["Object.getPrototypeOf(x) === Object.getPrototypeOf(x.b)", true],
    ["x.b[0]", "<b>B</b>"],
  ];
  test("returns XML that reads like E4X", async () => {
    const { scriptData, failure } = await run(
      `var x = f.uploadedXml(upload(${JSON.stringify(XML)})).getXml();
       Spark.setScriptData("a", [${READ.map(([expression]) => expression).join(",\n")}]);`,
    );
    expect(failure).toBeUndefined();
    expect(scriptData["a"]).toEqual(READ.map(([, value]) => value));
  });
});

describe("downloadables", () => {
  test("are read completely, whatever their size", async () => {
    const source = `(function () {
      var text = f.downloadableJson("LARGE");
      return [text.length, text.indexOf("\\ud83d\\u0001"), text.split("\\ud83d\\ude00").length, text.lastIndexOf("\\u0001")];
    })()`;
    expect(await answer(source)).toEqual([LARGE.length, -1, 600_001, LARGE.length - 1]);
  });

  test("are read from the game's folder", async () => {
    expect(await answer("[f.downloadableJson('LEVELS'), Spark.downloadableJson('LEVELS')]")).toEqual([
      [{ level: 1 }],
      [{ level: 1 }],
    ]);
    expect(await answer("f.downloadableXml('MENU').getXml().food.length()")).toBe(1);
  });

  test("are null if not configured and an error without a file", async () => {
    for (const code of ["NONE", "../secret", "../secret.json", "secret", "", ".", ".."]) {
      expect(await answer(`f.downloadableJson("${code}")`)).toBeNull();
    }
    await refusals([
      [
        "f.downloadableJson('GONE')",
        "The downloadable GONE has no file. Add one with that name to downloadables/ in the game's folder.",
      ],
      ["f.downloadableJson('MENU')", "SparkFiles.downloadableJson: the file is not JSON."],
    ]);
  });
});

describe("SendGrid", () => {
  const MAIL = "Spark.sendGrid('key').addTo('a@b.c', 'Ada').setFrom('d@e.f').setSubject('Hi').setText('Hello')";

  test("sends a mail in SendGrid's format", async () => {
    const source = `Spark.sendGrid("ada", "key").addTo("a@b.c", "Ada").addTo("g@h.i").setFrom("d@e.f", "Dee").setReplyTo("r@e.f")
      .setBcc("b@e.f").setSubject("Hi").setText("Hello").setHtml("<b>Hello</b>").addHeader("X-A", "1")
      .addUploaded(upload("grüße", "a.txt")).addDownloadable("LEVELS").send()`;
    expect(await answer(source)).toBe('{"message":"success"}');
    const [received] = sendGrid.received;
    expect(received).toMatchObject({ method: "POST", url: "/v3/mail/send" });
    expect(received!.headers).toMatchObject({ authorization: "Bearer key", "content-type": "application/json" });
    expect(JSON.parse(received!.body)).toEqual({
      personalizations: [{ to: [{ email: "a@b.c", name: "Ada" }, { email: "g@h.i" }], bcc: [{ email: "b@e.f" }] }],
      from: { email: "d@e.f", name: "Dee" },
      reply_to: { email: "r@e.f" },
      subject: "Hi",
      content: [{ type: "text/html", value: "<b>Hello</b>" }],
      attachments: [
        { content: Buffer.from("grüße").toString("base64"), filename: "a.txt", disposition: "attachment" },
        {
          content: Buffer.from('[{"level":1}]').toString("base64"),
          filename: "LEVELS.json",
          disposition: "attachment",
        },
      ],
      headers: { "X-A": "1" },
    });
  });

  test("sends text if there is no HTML and returns SendGrid's errors", async () => {
    answers = "unauthorized";
    expect(await answer(`${MAIL}.send()`)).toBe('{"errors":[{"message":"no key"}]}');
    expect(JSON.parse(sendGrid.received[0]!.body).content).toEqual([{ type: "text/plain", value: "Hello" }]);
  });

  test("refusals are errors that a script can catch and send nothing", async () => {
    await refusals([
      ["Spark.sendGrid()", "Spark.sendGrid: APIKey must be a string, not undefined."],
      ["Spark.sendGrid('a', 1)", "Spark.sendGrid: password must be a string, not a number."],
      ["Spark.sendGrid('a').addTo(null)", "SendGrid.addTo: email must be a string, not null."],
      ["Spark.sendGrid('a').addTo()", "SendGrid.addTo: email must be a string, not undefined."],
      ["Spark.sendGrid('a').addTo('a@b.c', 1)", "SendGrid.addTo: name must be a string, not a number."],
      ["Spark.sendGrid('a').setHtml({})", "SendGrid.setHtml: html must be a string, not an object."],
      ["Spark.sendGrid('a').addHeader('a')", "SendGrid.addHeader: value must be a string, not undefined."],
      [`${MAIL}.addUploaded('x').send()`, "There is no uploaded file x."],
      [`${MAIL}.addDownloadable('x').send()`, "There is no downloadable x."],
      [
        `${MAIL.replace("'key'", "'a\\r\\nX: y'")}.send()`,
        "The value of the header Authorization has a line break or other invalid characters.",
      ],
    ]);
    expect(sendGrid.received).toEqual([]);
  });

  const INCOMPLETE: [mail: string, errors: string[]][] = [
    [
      "Spark.sendGrid(null)",
      [
        "There is no API key.",
        "The mail has no recipient",
        "The mail has no sender",
        "The mail has no subject",
        "is empty",
      ],
    ],
    [`${MAIL.replace("'key'", "'user', null")}`, ["There is no API key."]],
    [`${MAIL}.setFrom(null, 'x')`, ["The mail has no sender"]],
    [`${MAIL}.setSubject(null)`, ["The mail has no subject"]],
    [`${MAIL}.setText(null).setHtml(null)`, ["The mail is empty"]],
    ["Spark.sendGrid('a').setFrom('a').setSubject('').setText('')", ["The mail has no recipient"]],
  ];
  test.for(INCOMPLETE)("%s.send() returns %j and sends nothing", async ([mail, errors]) => {
    const answered = JSON.parse(String(await answer(`${mail}.send()`)));
    expect(answered).toEqual({ message: "error", errors: errors.map((sentence) => expect.stringContaining(sentence)) });
    expect(sendGrid.received).toEqual([]);
  });

  test("setters accept null", async () => {
    const mail = `${MAIL}.setFrom('d@e.f', null).setReplyTo('r').setReplyTo(null).setBcc('b').setBcc(null).setHtml(null)
      .addUploaded(null).addDownloadable(null).addHeader('X', null)`;
    expect(await answer(`${mail}.send()`)).toBe('{"message":"success"}');
    expect(Object.keys(JSON.parse(sendGrid.received[0]!.body))).toEqual([
      "personalizations",
      "from",
      "subject",
      "content",
    ]);
  });

  test("mails count as HTTP requests of the run", async () => {
    const { failure } = await run(`for (var n = 0; n < 5; n++) ${MAIL}.send();`);
    expect(failure).toMatchObject({ kind: "http-calls" });
    expect(sendGrid.received).toHaveLength(3);
  });
});
