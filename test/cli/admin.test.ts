import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../src/apis/admin/index.ts";
import { parseKey } from "../../src/domains/social/index.ts";
import { TestClient } from "../support/client.ts";
import type { Command } from "../support/command.ts";
import { callWith, json, run, startServer } from "../support/operator.ts";

describe("operators' commands", () => {
  let folder: string;
  let data: string;
  let server: Command;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rekindle-admin-"));
    data = join(folder, "data");
    ({ server, url } = await startServer(data));
  });
  afterAll(async () => {
    server.child.kill("SIGKILL");
    await server.ended;
    await rm(folder, { recursive: true, force: true });
  });
  const on = (...args: string[]) => json(...args, "--data", data);

  it("create a key that works at once, list it without its text, and end it", async () => {
    const created = await on("keys", "create", "--name", "back office", "--scopes", "social:read, social:write");
    expect(parseKey(created.key)).toMatchObject({ stage: "preview", id: created.id });
    expect(await callWith(url, created.key)).toBe(200);
    const listed = await on("keys", "list");
    expect(listed).toContainEqual({
      id: created.id,
      name: "back office",
      state: "active",
      organizationId: "org_game",
      projectId: "prj_game",
      scopes: ["social:read", "social:write"],
      returnHosts: [],
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(JSON.stringify(listed)).not.toContain(parseKey(created.key)!.secret);
    expect(await on("keys", "revoke", created.id)).toEqual({ id: created.id, ended: true });
    expect(await callWith(url, created.key)).toBe(401);
  });

  it("stop a key, an organization and all keys", async () => {
    const { id: organization } = await on("organizations", "create", "--name", "Partner");
    const { id: project } = await on("projects", "create", "--name", "Campaign", "--organization", organization);
    const where = ["--organization", organization, "--project", project, "--scopes", "*", "--name", "k"];
    const { key, id } = await on("keys", "create", ...where, "--return-hosts", "partner.example,localhost:3000");
    expect(await callWith(url, key)).toBe(200);
    expect(await on("switch", "off")).toEqual({ keys: "off" });
    expect(await callWith(url, key)).toBe(503);
    expect(await on("switch", "show")).toEqual({ keys: "off" });
    expect(await on("switch", "on")).toEqual({ keys: "on" });
    await on("organizations", "suspend", organization);
    expect(await callWith(url, key)).toBe(503);
    expect((await on("organizations", "list"))[0]).toMatchObject({ id: organization, state: "suspended" });
    await on("organizations", "resume", organization);
    expect(await callWith(url, key)).toBe(200);
    await on("keys", "kill", id);
    expect(await callWith(url, key)).toBe(503);
    expect((await on("keys", "list", "--organization", organization))[0]).toMatchObject({
      state: "killed",
      returnHosts: ["partner.example", "localhost:3000"],
    });
    expect(
      (await on("projects", "list", "--organization", organization)).map((each: { id: string }) => each.id),
    ).toEqual([project]);
  });

  it("stop a profile, and resume it", async () => {
    const { key } = await on("keys", "create", "--scopes", "*", "--name", "k");
    const { profileKey, id, refId } = await on("profiles", "create", "--title", "Partner");
    const asProfile = async () => {
      const headers = { authorization: `Bearer ${key}`, "profile-key": profileKey };
      return (await fetch(`${url}/api/user`, { headers })).status;
    };
    const listed = async () => {
      const reply = await fetch(`${url}/api/profiles`, { headers: { authorization: `Bearer ${key}` } });
      const { profiles } = (await reply.json()) as { profiles: { refId: string; status: string }[] };
      return profiles.find((each) => each.refId === refId)?.status;
    };
    expect([await asProfile(), await listed()]).toEqual([200, "active"]);
    expect(await on("profiles", "suspend", id)).toEqual({ id, title: "Partner", refId, suspended: true });
    expect([await asProfile(), await listed()]).toEqual([403, "suspended"]);
    expect(await on("profiles", "resume", refId)).toMatchObject({ id, suspended: false });
    expect([await asProfile(), await listed()]).toEqual([200, "active"]);
  });

  it("make a player a profile, with a title of its own", async () => {
    const socket = await server.says(/Socket +(ws:\S+)/);
    const client = await TestClient.connect(socket, { secret: await server.says(/Secret +(\S+)/) });
    const { userId } = await client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" });
    client.socket.terminate();
    const first = await on("profiles", "create", "--player", String(userId));
    expect(first).toMatchObject({ id: `player:${userId}`, title: `Player ${userId}`, organizationId: "org_game" });
    const again = await on("profiles", "create", "--player", String(userId), "--title", "Ada");
    expect(again.profileKey).not.toBe(first.profileKey);
    expect(again).toMatchObject({ refId: first.refId, title: "Ada" });
    const audit = await on("audit", "--player", String(userId), "--action", "profile.created");
    expect(audit).toHaveLength(2);
    expect(audit[0]).toMatchObject({ action: "profile.created", door: "command line", player: userId });
  });

  it("list the audit newest first, as a table too", async () => {
    await on("projects", "create", "--name", "Older");
    await on("projects", "create", "--name", "Newer");
    const audit = await on("audit", "--action", "project.created", "--limit", "2");
    expect(audit.map(({ data }: { data: { name: string } }) => data.name)).toEqual(["Newer", "Older"]);
    const { stdout } = await run("audit", "--limit", "1", "--data", data);
    expect(stdout).toMatch(/^at +action +door .*\n\S+Z +project\.created +command line .*\n$/);
  });

  it("print a key once, with a note beside it, and store only its hash", async () => {
    const { stdout, stderr } = await run("keys", "create", "--name", "n", "--scopes", "social:read", "--data", data);
    const [, text = ""] = /^key +(\S+)\n/.exec(stdout) ?? [];
    expect(parseKey(text)).toBeDefined();
    expect(stderr).toBe("Copy the key now. It is stored as a hash only and cannot be shown again.\n");
    const { secret } = parseKey(text)!;
    for (const file of await readdir(data)) expect(await readFile(join(data, file), "latin1")).not.toContain(secret);
    expect(server.stdout + server.stderr).not.toContain(secret);
  });

  it("find the server by a file for its user only, whose token is in no output", async () => {
    const file = join(data, "admin.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(await readFile(file, "utf8"));
    const { stdout, stderr } = await run("keys", "list", "--data", data);
    expect(server.stdout + server.stderr + stdout + stderr).not.toContain(token);
  });

  it("are for the stage that is named", async () => {
    const live = await on("keys", "create", "--stage", "live", "--name", "live", "--scopes", "*");
    expect(parseKey(live.key)?.stage).toBe("live");
    expect(await on("keys", "list", "--stage", "live")).toHaveLength(1);
  });

  it("are all in the usage text", async () => {
    const { stdout } = await run("help");
    for (const { name } of operations) {
      const [group, word = ""] = name.split(" ");
      expect(stdout).toMatch(new RegExp(`\\b${group} .*${word}`));
    }
  });

  const none = "0".repeat(24);
  describe("are refused with a sentence that says what to do", () => {
    it.each([
      ["no word", ["keys"], 2, "Incomplete command. rekindle keys has create, list, revoke, kill."],
      ["a misspelt word", ["keys", "creat"], 2, 'Unknown command "keys creat". Did you mean keys create?'],
      ["another word", ["switch", "x"], 2, 'Unknown command "switch x". rekindle switch has off, on, show.'],
      ["a missing option", ["keys", "create", "--scopes", "*"], 2, "Missing --name: 1 to 100 characters on one line."],
      ["no scopes", ["keys", "create", "--name", "n"], 2, /^Missing --scopes: some of social:read, social:write, /],
      ["no value", ["keys", "create", "--name", "n", "--scopes", "--json"], 2, "--scopes needs a value."],
      ["an empty list", ["keys", "create", "--name", "n", "--scopes", ","], 2, /^--scopes must be some of social:read/],
      [
        "an unknown scope",
        ["keys", "create", "--name", "n", "--scopes", "a"],
        2,
        /^--scopes must be some of social:read/,
      ],
      [
        "a host with a path",
        ["keys", "create", "--name", "n", "--scopes", "*", "--return-hosts", "a.example/x"],
        2,
        "--return-hosts must be hosts such as backoffice.example or *.backoffice.example, separated by commas.",
      ],
      ["a name of two lines", ["organizations", "create", "--name", "a\nb"], 2, /^--name must be 1 to 100 characters/],
      [
        "an unknown option",
        ["keys", "list", "--organisation", "org_game"],
        2,
        /^Unknown setting --organisation .* The options of rekindle keys list are --organization, --project, --stage, --json\.$/,
      ],
      ["a surplus argument", ["keys", "list", "x"], 2, "rekindle keys list takes options only."],
      ["a missing id", ["keys", "revoke"], 2, "Missing argument: rekindle keys revoke ID."],
      ["a key's text as its id", ["keys", "revoke", "lp_test_x"], 2, /^The id must be a key's id of 16 characters/],
      ["an unknown key", ["keys", "kill", "a".repeat(16)], 1, /^No active key has this id\. "rekindle keys list"/],
      ["a malformed organization", ["projects", "list", "--organization", "x"], 2, /^--organization must be an org/],
      [
        "an unknown organization",
        ["projects", "create", "--name", "n", "--organization", "org_x"],
        1,
        'There is no such organization. "rekindle organizations list" lists the organizations.',
      ],
      [
        "an unknown project",
        ["keys", "create", "--name", "n", "--scopes", "*", "--project", "prj_x"],
        1,
        'There is no such project. "rekindle projects list --organization org_game" lists the projects.',
      ],
      ["no suspended organization", ["organizations", "resume", "org_game"], 1, "The organization is not suspended."],
      ["no suspended profile", ["profiles", "resume", "primary:prj_game"], 1, "The profile is not suspended."],
      ["an unknown profile", ["profiles", "suspend", "prf_x"], 1, "There is no such profile."],
      ["an unknown player", ["profiles", "create", "--player", none], 1, /^No player of this stage has this id/],
      ["neither player nor title", ["profiles", "create"], 1, /^Name the player with --player ID/],
      [
        "a player of another project",
        ["profiles", "create", "--player", none, "--project", "prj_x"],
        1,
        /^Players belong/,
      ],
      ["a limit of none", ["audit", "--limit", "0"], 2, "--limit must be a whole number from 1 to 1000."],
      ["an unknown action", ["audit", "--action", "x"], 2, /^--action must be one of account\.connected, /],
      ["an unknown stage", ["audit", "--stage", "prod"], 2, '--stage must be preview or live, not "prod".'],
    ])("%s", async (_, args, exitCode, sentence) => {
      const ended = await run(...args, "--data", data);
      expect(ended).toMatchObject({ exitCode, stdout: "" });
      if (typeof sentence === "string") expect(ended.stderr).toBe(`${sentence}\n`);
      else expect(ended.stderr.trimEnd()).toMatch(sentence);
    });

    it("a key of another organization without a project", async () => {
      const { id } = await on("organizations", "create", "--name", "Other");
      const ended = await run("keys", "create", "--name", "n", "--scopes", "*", "--organization", id, "--data", data);
      expect(ended.stderr).toMatch(/^Name a project of this organization with --project/);
    });

    it("a folder that no server has used, which is not created", async () => {
      const other = join(folder, "other");
      const { exitCode, stderr } = await run("keys", "list", "--data", other);
      expect(exitCode).toBe(1);
      expect(stderr).toBe(
        `The data folder ${other} has no data of the stage preview. Start the server once, or set --data to its data folder.\n`,
      );
      expect(await readdir(folder)).not.toContain("other");
    });
  });
});
