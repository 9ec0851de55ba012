import { afterAll, beforeAll, expect, test } from "vitest";
import { ObjectId } from "../../src/bson.ts";
import { CATALOGUE, PARTIAL } from "../../src/cloudcode/spark/catalogue.ts";
import { sparkClasses } from "../../src/cloudcode/spark/classes.ts";
import { contentOf } from "../../src/game/content.ts";
import { createOutgoing, type Outgoing } from "../../src/outgoing/outgoing.ts";
import { outgoingOptions } from "../../src/outgoing/settings.ts";
import { sparkMembers } from "../../tools/spark.ts";
import { type Elsewhere, startElsewhere } from "../outgoing/support.ts";
import { testConfig, testGame } from "../support/app.ts";
import { PLAYER, type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** How a script comes by an object of each class. */
const OBJECTS: Record<string, string> = {
  SendGrid: "Spark.sendGrid('key')",
  Spark: "Spark",
  SparkAchievement: "Spark.getConfig().getAchievements()[0]",
  SparkCache: "Spark.getCache()",
  SparkChallenge: "Spark.getChallenge('5f00000000000000000000c1')",
  SparkChallengeType: "Spark.getConfig().getChallenges()[0]",
  SparkConfig: "Spark.getConfig()",
  SparkCurrency: "Spark.getConfig().getCurrencies()[0]",
  SparkDataCondition: "Spark.getGameDataService().N('a').eq(1)",
  SparkDataCursor: "Spark.getGameDataService().queryItems('t').cursor()",
  SparkDataDeleteResult: "Spark.getGameDataService().createItem('t', 'x').delete()",
  SparkDataGetResult: "Spark.getGameDataService().getItem('t', 'x')",
  SparkDataItem: "Spark.getGameDataService().createItem('t', 'x')",
  SparkDataItemPersistor: "Spark.getGameDataService().createItem('t', 'x').persistor()",
  SparkDataNumberOperand: "Spark.getGameDataService().N('a')",
  SparkDataPersistResult: "Spark.getGameDataService().createItem('t', 'x').persistor().persist()",
  SparkDataQueryResult: "Spark.getGameDataService().queryItems('t')",
  SparkDataResult: "Object.getPrototypeOf(Spark.getGameDataService().getItem('t', 'x'))",
  SparkDataSortOrder: "Spark.getGameDataService().sort('a', true)",
  SparkDataStringOperand: "Spark.getGameDataService().S('a')",
  SparkDigest: "Spark.getDigester()",
  SparkDownloadable: "Spark.getConfig().getDownloadables()[0]",
  SparkFiles: "Spark.getFiles()",
  SparkGameDataService: "Spark.getGameDataService()",
  SparkHttp: "Spark.getHttp('http://127.0.0.1')",
  SparkHttpResponse: "Spark.getHttp('SERVER').get()",
  SparkLog: "Spark.getLog()",
  SparkMatchConfig: "Spark.getConfig().getMatchConfigs()[0]",
  SparkMatchThreshold: "Spark.getConfig().getMatchConfigs()[0].getThresholds()[0]",
  SparkMessage: "Spark.message()",
  SparkMongoCollectionReadOnly: "Spark.systemCollection('player')",
  SparkMongoCollectionReadWrite: "Spark.runtimeCollection('c')",
  SparkMongoCursor: "Spark.runtimeCollection('c').find()",
  SparkPlayer: "Spark.getPlayer()",
  SparkScheduler: "Spark.getScheduler()",
  SparkScriptOptions: "Spark.getSparkScriptOptions()",
  SparkProperties: "Spark.getProperties()",
  SparkRedis: "Spark.getRedis()",
  SparkSegmentType: "Spark.getConfig().getSegments()[0]",
  SparkSegmentValue: "Spark.getConfig().getSegments()[0].getValues()[0]",
  SparkTeamType: "Spark.getConfig().getTeams()[0]",
  SparkUploadableUtils: "Spark.getUploadableUtils()",
  SparkVirtualGood: "Spark.getConfig().getVirtualGoods()[0]",
  SparkXml: "Spark.getHttp('SERVER').get().getResponseXml()",
  SparkXmlReader: "Spark.uploadedXml(Spark.getUploadableUtils().uploadString('<a/>', null, 'a'))",
};

/** Names of the methods that an object has by its classes, and for each that says so what it belongs to. */
const SCRIPT = `
  function look(object) {
    var names = [], later = {};
    for (var at = Object.getPrototypeOf(object); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      Object.getOwnPropertyNames(at).forEach(function (name) {
        var property = Object.getOwnPropertyDescriptor(at, name);
        if (typeof property.value !== "function" || name === "constructor" || names.indexOf(name) >= 0) return;
        names.push(name);
        if (property.value.length > 0 || name === "exit") return;
        try { object[name](); } catch (e) {
          var found = / is not supported yet: this server has no (.+)\\.$/.exec(e.message);
          if (found) later[name] = found[1];
        }
      });
    }
    return { names: names, later: later };
  }
  Spark.setScriptData("it", look(OBJECT));
`;

/** Classes whose objects only a server gives. */
const WITH_SERVER = new Set([
  "SparkHttpResponse",
  "SparkXml",
  "SparkXmlReader",
  "SparkDataCursor",
  "SparkChallenge",
  ...Object.keys(OBJECTS).filter((name) => OBJECTS[name]!.startsWith("Spark.getConfig().")),
]);

/** A game with one thing of each kind. */
const thing = { shortCode: "X", "~values": [{ shortCode: "V" }], "~thresholds": [{ period: 1 }] };
const CONTENT = contentOf(
  {
    ...{ "~achievements": [thing], "~challenges": [thing], "~currencies": [thing], "~downloadables": [thing] },
    ...{ "~matches": [thing], "~segments": [thing], "~teams": [thing], "~virtualGoods": [thing] },
  },
  "",
  [],
);

let hosts: TestCloudCode;
let world: World;
let elsewhere: Elsewhere;
let outgoing: Outgoing;
beforeAll(async () => {
  elsewhere = await startElsewhere((_received, response) => void response.end("<a/>"));
  outgoing = createOutgoing({ ...outgoingOptions(testConfig()), privateNetworks: "127.0.0.1" });
  const sources = Object.entries(OBJECTS).map(([name, object]) => [
    name,
    SCRIPT.replace("OBJECT", object.replace("SERVER", elsewhere.url)),
  ]);
  hosts = await withScripts(Object.fromEntries(sources));
  world = await openWorld();
  await world.store.collection("challengeInstance").insertOne({
    _id: new ObjectId("5f00000000000000000000c1"),
    ...{ challengeShortCode: "X", challengeName: "X", state: "RUNNING", challenger: PLAYER.playerId },
    ...{ challenged: [], accepted: [PLAYER.playerId], declined: [], scriptData: {}, privateData: {} },
  });
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
  await elsewhere.close();
});

test("every class of the sandbox is documented", () => {
  expect(sparkClasses.map(({ name }) => name).sort()).toEqual(Object.keys(OBJECTS).sort());
});

test.for(Object.keys(OBJECTS))("the page on %s agrees with what a script finds", async (className) => {
  const { scriptData, failure } = await hosts.run(
    className,
    {},
    WITH_SERVER.has(className) ? { ...world.context, outgoing, game: testGame([], CONTENT) } : undefined,
  );
  expect(failure).toBeUndefined();
  const { names, later } = scriptData["it"] as { names: string[]; later: Record<string, string> };
  const members = sparkMembers().filter((member) => member.className === className);
  const isThere = members.filter(({ status, note }) => status !== "to come" || note !== "").map(({ name }) => name);
  expect(names.filter((name) => name !== "toJSON").sort()).toEqual(isThere.sort());
  const toCome = members.filter(({ status }) => status === "to come").map(({ name, note }) => [name, note]);
  expect(later).toEqual(Object.fromEntries(toCome));
});

test("notes refer to existing members", () => {
  const known = Object.entries(CATALOGUE).flatMap(([type, names]) => names.split(" ").map((name) => `${type}.${name}`));
  expect(Object.keys(PARTIAL).filter((name) => !known.includes(name))).toEqual([]);
});
