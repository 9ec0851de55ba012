import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ScriptCaches } from "../../src/domains/script-cache/script-cache.ts";
import type { PlayerId } from "../../src/ids.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/**
 * Every member that takes a name or an id, called with null: what it gives, as JSON, or how it refuses where it cannot do
 * without a name. `me` is the player, `c` a runtime collection, `API` the Game Data Service.
 */
const CALLS: Record<string, [call: string, gives: unknown]> = {
  "SendGrid.addTo": ["Spark.sendGrid('k').addTo(null, 'x')", /email must be a string, not null/],
  "SendGrid.setFrom": ["!!Spark.sendGrid('k').setFrom(null, 'x').setFrom('x', null)", true],
  "SendGrid.addUploaded": ["!!Spark.sendGrid('k').addUploaded(null)", true],
  "SendGrid.addDownloadable": ["!!Spark.sendGrid('k').addDownloadable(null)", true],
  "SendGrid.addHeader": ["!!Spark.sendGrid('k').addHeader(null, 'x').addHeader('x', null)", true],

  "Spark.loadPlayer": ["Spark.loadPlayer(null)", null],
  "Spark.loadPlayerByExternalId": [
    "[Spark.loadPlayerByExternalId(null, '1'), Spark.loadPlayerByExternalId('FB', null)]",
    [null, null],
  ],
  "Spark.getChallenge": ["Spark.getChallenge(null)", /challengeInstanceId must be a string, not null/],
  "Spark.uploadedJson": ["Spark.uploadedJson(null)", null],
  "Spark.uploadedXml": ["Spark.uploadedXml(null)", null],
  "Spark.downloadableJson": ["Spark.downloadableJson(null)", null],
  "Spark.downloadableXml": ["Spark.downloadableXml(null)", null],
  "Spark.runtimeCollection": ["Spark.runtimeCollection(null)", /collectionName must be a string, not null/],
  "Spark.cachedRuntimeCollection": ["Spark.cachedRuntimeCollection(null)", /must be a string, not null/],
  "Spark.metaCollection": ["Spark.metaCollection(null)", /collectionName must be a string, not null/],
  "Spark.systemCollection": ["Spark.systemCollection(null)", /collectionName must be a string, not null/],
  "Spark.save": ["Spark.save(null, {})", /collectionName must be a string, not null/],
  "Spark.remove": ["Spark.remove(null, {})", /collectionName must be a string, not null/],
  "Spark.find": ["Spark.find(null, {})", /collectionName must be a string, not null/],
  "Spark.sendRequestAs": ["Spark.sendRequestAs({}, null)", /playerId must be a string, not null/],
  "Spark.logEvent": ["Spark.logEvent(null, {})", null],
  "Spark.lockKey": ["Spark.lockKey(null, 1)", false],
  "Spark.unlockKey": ["Spark.unlockKey(null)", false],
  "Spark.unlockKeyFully": ["Spark.unlockKeyFully(null)", false],
  "Spark.message": ["!!Spark.message(null)", true],
  "Spark.sendMessageExt": ["Spark.sendMessageExt({}, null, me)", null],
  "Spark.sendMessageById": ["Spark.sendMessageById({}, null)", null],
  "Spark.sendMessageByIdExt": ["Spark.sendMessageByIdExt({}, null, null)", null],
  "Spark.sendMessageByIdWithoutPush": ["Spark.sendMessageByIdWithoutPush({}, null)", null],
  "Spark.dismissMessage": ["Spark.dismissMessage(null)", false],
  "Spark.getScriptData": ["Spark.getScriptData(null)", null],
  "Spark.setScriptData": ["Spark.setScriptData(null, 1) || Object.keys(Spark.getScriptData())", []],
  "Spark.removeScriptData": ["Spark.setScriptData('null', 1) || Spark.removeScriptData(null) || scriptData('null')", 1],
  // A guard that sets an error must not let the request pass.
  "Spark.setScriptError": ["Spark.setScriptError(null, 1)", /key must be a string, not null/],
  "Spark.getScriptError": ["Spark.getScriptError(null)", null],
  "Spark.removeScriptError": ["Spark.removeScriptError(null)", null],

  "SparkCache.put": ["Spark.getCache().put(null, 5) || Spark.getCache().get(null)", 5],
  "SparkCache.get": ["Spark.getCache().get(null)", null],
  "SparkCache.remove": ["Spark.getCache().remove(null)", null],

  "SparkConfig.getVirtualGood": ["Spark.getConfig().getVirtualGood(null)", null],
  "SparkConfig.getAchievement": ["Spark.getConfig().getAchievement(null)", null],
  "SparkConfig.getSegment": ["Spark.getConfig().getSegment(null)", null],
  "SparkConfig.getTeam": ["Spark.getConfig().getTeam(null)", null],
  "SparkConfig.getChallenge": ["Spark.getConfig().getChallenge(null)", null],
  "SparkConfig.getDownloadable": ["Spark.getConfig().getDownloadable(null)", null],
  "SparkConfig.getMatchConfig": ["Spark.getConfig().getMatchConfig(null)", null],
  "SparkConfig.getCurrency": ["Spark.getConfig().getCurrency(null)", null],
  "SparkProperties.getProperty": ["Spark.getProperties().getProperty(null)", null],
  "SparkProperties.getPropertySet": ["Spark.getProperties().getPropertySet(null)", null],

  "SparkDataSortOrder.add": ["API.sort('a', true).add(null, true)", /shortCode must be a string, not null/],
  "SparkGameDataService.createItem": ["API.createItem('t', null)", /id must be a string, not null/],
  "SparkGameDataService.getItem": [
    "[API.getItem(null, 'x'), API.getItem('t', null)].map(function (r) { return [r.document(), r.error()]; })",
    [
      [null, null],
      [null, null],
    ],
  ],
  "SparkGameDataService.queryItems": [
    "[API.queryItems(null).error(), API.queryItems(null).cursor().hasNext()]",
    [null, false],
  ],
  "SparkGameDataService.sort": ["API.sort(null, true)", /shortCode must be a string, not null/],
  "SparkGameDataService.S": ["API.S(null)", /shortCode must be a string, not null/],
  "SparkGameDataService.N": ["API.N(null)", /shortCode must be a string, not null/],

  "SparkFiles.deleteUploadedFile": ["Spark.getFiles().deleteUploadedFile(null)", false],
  "SparkFiles.uploadedJson": ["Spark.getFiles().uploadedJson(null)", null],
  "SparkFiles.uploadedXml": ["Spark.getFiles().uploadedXml(null)", null],
  "SparkFiles.downloadableJson": ["Spark.getFiles().downloadableJson(null)", null],
  "SparkFiles.downloadableXml": ["Spark.getFiles().downloadableXml(null)", null],
  "SparkUploadableUtils.uploadString": ["Spark.getUploadableUtils().uploadString('a', me, null)", /fileName must be/],
  "SparkUploadableUtils.retrieveString": ["Spark.getUploadableUtils().retrieveString(null)", null],

  "SparkMessage.setPlayerIds": ["Spark.message().setPlayerIds(null).send()", null],

  "SparkMongoCollectionReadOnly.distinct": ["[c.distinct(null), c.distinct(null, {}), c.distinct({})]", [[], [], []]],
  "SparkMongoCollectionReadOnly.dropIndexByName": ["c.dropIndexByName(null)", null],
  "SparkMongoCollectionReadOnly.getVersionedDocument": ["c.getVersionedDocument(null)", null],

  "SparkPlayer.getScriptData": ["me.getScriptData(null)", null],
  "SparkPlayer.setScriptData": ["me.setScriptData(null, 1) || Object.keys(me.getScriptData())", []],
  "SparkPlayer.removeScriptData": ["me.removeScriptData(null)", null],
  "SparkPlayer.getPrivateData": ["me.getPrivateData(null)", null],
  "SparkPlayer.setPrivateData": ["me.setPrivateData(null, 1) || Object.keys(me.getPrivateData())", []],
  "SparkPlayer.removePrivateData": ["me.removePrivateData(null)", null],
  "SparkPlayer.getBalance": ["me.getBalance(null)", 0],
  "SparkPlayer.credit": ["me.credit(null, 5) || me.getAllBalances().null || 0", 0],
  "SparkPlayer.debit": ["me.debit(null, 0)", false],
  "SparkPlayer.hasVGood": ["me.hasVGood(null)", 0],
  "SparkPlayer.addVGood": ["[me.addVGood(null, 10), me.hasVGood(null), me.getVirtualGoods()]", [false, 0, {}]],
  "SparkPlayer.useVGood": ["[me.useVGood(null, 10), me.useVGood(null, -10)]", [false, false]],
  "SparkPlayer.hasAchievement": ["me.hasAchievement(null)", false],
  "SparkPlayer.addAchievement": ["[me.addAchievement(null), me.getAchievements()]", [false, []]],
  "SparkPlayer.removeAchievement": ["me.removeAchievement(null)", false],
  "SparkPlayer.getSegmentValue": ["me.getSegmentValue(null)", null],
  "SparkPlayer.setSegmentValue": ["me.setSegmentValue(null, 'x') || me.getSegments()", {}],
  "SparkPlayer.dismissMessage": ["me.dismissMessage(null)", false],

  "SparkRequest.SendAs": ["new SparkRequests.LogEventRequest().SendAs(null)", /playerId must be a string, not null/],
  "SparkRequest.ExecuteAs": ["new SparkRequests.LogEventRequest().ExecuteAs(null)", /playerId must be a string/],

  "SparkScheduler.inSeconds": ["Spark.getScheduler().inSeconds(null, 60, {}, null)", true],
  "SparkScheduler.cancel": ["Spark.getScheduler().cancel(null)", null],

  "SparkXmlReader.registerCallback": [
    "Spark.uploadedXml(Spark.getUploadableUtils().uploadString('<a/>', null, 'a')).registerCallback(null, function () {})",
    /path must be a string, not null/,
  ],
};

/** Of these the names are elements' and Redis' own, or belong to a challenge (`test/domains/challenges/spark-challenge.test.ts`). */
const ELSEWHERE = new Set(["SparkChallenge", "SparkDigest", "SparkRedis", "SparkXml"]);
const IS_NAME =
  /\b(name|key|shortCode|\w*ShortCode|\w*Ids?|id|type|path|lockName|fileName|eventKey|extCode|externalSystem|segmentType|collectionName)\??: /;

let world: World;
let hosts: TestCloudCode;
let ada: PlayerId;
const BEFORE = `var me = Spark.getPlayer(), c = Spark.runtimeCollection("c"), API = Spark.getGameDataService();
  var scriptData = function (name) { return Spark.getScriptData(name); };`;
beforeAll(async () => {
  world = await openWorld();
  const scripts = Object.values(CALLS).map(([call], n) => [
    `call${n}`,
    `${BEFORE} var it; try { it = ${call}; } catch (e) { it = { thrown: e.message }; } Spark.setScriptData("it", it);`,
  ]);
  hosts = await withScripts(Object.fromEntries(scripts));
  ada = await world.player("ada");
});
beforeEach(async () => {
  await world.context.service(ScriptCaches).of("preview").removeAll(world.store);
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

test.for(Object.entries(CALLS).map(([member, [call, gives]], n) => ({ member, call, gives, n })))(
  "$member: $call",
  async ({ gives, n }) => {
    const run = await hosts.run(`call${n}`, { player: await world.seen(ada) }, { ...world.context, player: ada });
    expect(run.failure).toBeUndefined();
    expect(run.playerChanges).toBeUndefined();
    const it = run.scriptData["it"] as { thrown?: string } | null | undefined;
    if (gives instanceof RegExp) expect(it?.thrown).toMatch(gives);
    else expect(it ?? null).toEqual(gives);
    expect(world.failures).toEqual([]);
  },
);

test("every member that takes a name or an id is tested here", async () => {
  const types = await readFile(new URL("../../types/spark.d.ts", import.meta.url), "utf8");
  const missing: string[] = [];
  let owner = "";
  for (const line of types.split("\n")) {
    owner = /^(?:declare )?(?:interface|class) (\w+)/.exec(line)?.[1] ?? owner;
    const [, method, parameters = ""] = /^ {2}(\w+)\((.*)\): /.exec(line) ?? [];
    if (method === undefined || ELSEWHERE.has(owner) || !IS_NAME.test(parameters)) continue;
    if (!(`${owner}.${method}` in CALLS)) missing.push(`${owner}.${method}`);
  }
  expect(missing).toEqual([]);
});
