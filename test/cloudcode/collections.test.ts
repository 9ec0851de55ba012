import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../support/stores.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const DAY = Date.UTC(2026, 0, 2);
const OID = "5f0000000000000000000abc";

/** Each script has a collection `c` of its own with three documents, and tells by `it` what it saw. */
const BEFORE = `
  function it(value) { Spark.setScriptData("it", value); }
  function names(found) { return found.map(function (d) { return d._id; }); }
  var c = Spark.runtimeCollection("NAME");
  c.insert({ _id: "a", n: 1, tag: "x", o: { p: 1 } }, { _id: "b", n: 2, tag: "x" }, { _id: "c", n: 3, tag: "y" });
`;

const SEEN: [what: string, script: string, it: unknown][] = [
  ["findOne", "it(c.findOne({ n: 2 }))", { _id: "b", n: 2, tag: "x" }],
  ["findOne of nothing: null", "it(c.findOne({ n: 9 }) === null)", true],
  ["findOne without a query", "it(c.findOne()._id)", "a"],
  ["findOne with fields and order", "it(c.findOne({ tag: 'x' }, { n: 1, _id: false }, { n: -1 }))", { n: 2 }],
  ["a collection that is not there", "it(Spark.runtimeCollection('nowhere').find().toArray())", []],
  ["find", "it(names(c.find({ n: { $gte: 2 } }).sort({ n: -1 }).toArray()))", ["c", "b"]],
  ["find with fields", "it(c.find({ _id: 'a' }, { tag: 1 }).toArray())", [{ _id: "a", tag: "x" }]],
  [
    "an element by $, by $elemMatch, and a part of an array by $slice",
    `c.insert({ _id: "l", l: [{ k: "p", v: 1 }, { k: "q", v: 2 }, { k: "q", v: 3 }], id: [{ $oid: "${OID}" }, "x"] });
     it([c.find({ "l.k": "q" }, { "l.$": 1 }).toArray(), c.findOne({ _id: "l" }, { l: { $elemMatch: { v: { $gt: 2 } } }, _id: 0 }),
         c.findOne({ _id: "l" }, { l: { $slice: -1 }, id: 0 }), c.findOne({ _id: "l" }, { id: { $elemMatch: { $eq: { $oid: "${OID}" } } } }).id.length,
         c.findOne({ _id: "l" }, { l: { $elemMatch: { k: { $regex: "^Q", $options: "i" } } }, _id: 0 }),
         c.findAndModify({ "l.v": 3 }, { "l.$": 1, _id: 0 }, null, false, { $set: { done: 1 } }, false, false)])`,
    [
      [{ _id: "l", l: [{ k: "q", v: 2 }] }],
      { l: [{ k: "q", v: 3 }] },
      { _id: "l", l: [{ k: "q", v: 3 }] },
      1,
      { l: [{ k: "q", v: 2 }] },
      { l: [{ k: "q", v: 3 }] },
    ],
  ],
  [
    "regular expressions as MongoDB has them",
    `c.insert([{ _id: "e", tag: "caf\u00e9 x" }, { _id: "n", tag: "y\\n" }]);
     it([names(c.find({ tag: { $regex: "\\\\Acaf\\\\x{e9}\\\\h" } }).toArray()), names(c.find({ tag: /caf\\u00e9/ }).toArray()),
         names(c.find({ tag: { $regex: "(?i)^CAF" } }).toArray()), c.count({ tag: /^y$/ }),
         c.aggregate({ $match: { $expr: { $regexMatch: { input: "$tag", regex: "^[[:alpha:]]{3}" } } } }, { $project: { _id: 1 } })])`,
    [["e"], ["e"], ["e"], 2, [{ _id: "e" }]],
  ],
  ["limit and skip", "it(names(c.find().sort({ n: 1 }).skip(1).limit(1).toArray()))", ["b"]],
  ["a negative limit", "it(names(c.find().sort({ n: 1 }).limit(-2).toArray()))", ["a", "b"]],
  ["size within limit and skip, count without", "var f = c.find().skip(1).limit(5); it([f.size(), f.count()])", [2, 3]],
  [
    "hasNext, next and curr",
    `var f = c.find().sort({ n: 1 }), seen = [f.curr()];
     while (f.hasNext()) { seen.push(f.next().n); seen.push(f.curr().n); } it(seen.concat(f.curr().n))`,
    [null, 1, 1, 2, 2, 3, 3, 3],
  ],
  [
    "a negative skip",
    "var f = c.find().sort({ n: 1 }).skip(-1); it([f.size(), names(f.toArray())])",
    [3, ["a", "b", "c"]],
  ],
  ["an insert of null", "it([c.insert(null), c.count()])", [false, 3]],
  ["distinct of what is no name", "it([c.distinct({}), c.distinct(null, { n: 1 })])", [[], []]],
  ["findAndRemove of any", "it([typeof c.findAndRemove({})._id, c.count()])", ["string", 2]],
  [
    "a cursor as a value",
    "Spark.setScriptData('it', c.find({ tag: 'x' }, { n: 1 }).sort({ n: 1 }))",
    [
      { _id: "a", n: 1 },
      { _id: "b", n: 2 },
    ],
  ],
  ["a query of undefined matches no more", "it(c.find({ tag: undefined }).toArray().length)", 0],
  ["a regular expression", "it(c.find({ tag: /X/i }).size())", 2],
  ["$regex with look-ahead", "it(c.find({ tag: { $regex: '^(?=X)x?', $options: 'i' } }).size())", 2],
  ["$regex with an option", "it(c.find({ tag: { $regex: '^[W-X]$', $options: 'i' } }).size())", 2],
  [
    "what is near a place, in order",
    `c.ensureIndex({ "geometry.coordinates": "2dsphere" });
     c.insert([{ _id: "far", geometry: { type: "Point", coordinates: [13.06, 52.4] } },
               { _id: "here", geometry: { type: "Point", coordinates: [13.405, 52.52] } },
               { _id: "away", geometry: { type: "Point", coordinates: [2.35, 48.86] } }]);
     var near = { "geometry.coordinates": { $nearSphere: { $geometry: { type: "Point", coordinates: [13.4, 52.5] },
                                                           $maxDistance: 100000 } } };
     var f = c.find(near); it([names(f.toArray()), c.find(near).size(), c.count(near), c.find(near).limit(1).size()])`,
    [["here", "far"], 2, 2, 1],
  ],
  [
    "what lies within a shape",
    `c.ensureIndex({ at: "2dsphere" }); c.insert([{ _id: "in", at: [1, 1] }, { _id: "out", at: { lng: 5, lat: 5 } }]);
     var ring = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]];
     it([names(c.find({ at: { $geoWithin: { $geometry: { type: "Polygon", coordinates: [ring] } } } }).toArray()),
         names(c.find({ at: { $geoWithin: { $centerSphere: [[5, 5], 0.01] } } }).toArray())])`,
    [["in"], ["out"]],
  ],
  [
    "$where as an expression, the text of a function, a body and a function",
    `var least = 2;
     it([names(c.find({ $where: "this.n >= 2", tag: "x" }).toArray()), names(c.find({ $where: "function() { return obj.n > 2; }"
           .replace("function()", "function(obj)") }).toArray()),
         c.findOne({ $where: "var n = this.n; return n == 1;" }, { n: 1, _id: 0 }),
         names(c.find({ $where: function () { return this.n >= least; } }).sort({ n: -1 }).limit(1).toArray()),
         c.count({ $where: "this.o" }), c.distinct("tag", { $where: "this.n < 3" })])`,
    [["b"], ["c"], { n: 1 }, ["c"], 1, ["x"]],
  ],
  [
    "$where of changes and of documents with an ObjectId",
    `c.insert({ n: 4 });
     it([c.update({ $where: "this.n == 4" }, { $set: { seen: 1 } }), c.findOne({ seen: 1 }).n,
         c.findAndModify({ $where: "this.n == 4" }, { $inc: { n: 1 } }).n, c.remove({ $where: "this.n > 2" }), c.count(),
         c.remove({ $where: "false" }), c.count()])`,
    [true, 4, 4, true, 2, false, 2],
  ],
  ["count", "it([c.count(), c.count({ tag: 'x' })])", [3, 2]],
  ["distinct", "it([c.distinct('tag').sort(), c.distinct('n', { tag: 'y' })])", [["x", "y"], [3]]],
  [
    "an ObjectId that insert writes back",
    `var d = { v: 1 }; c.insert(d); var hex = d._id.$oid;
     it([hex.length, c.findOne({ _id: { $oid: hex } }).v, c.findOne(d._id === undefined ? {} : { _id: d._id }).v,
         c.findOne({ _id: d._id })._id.$oid === hex])`,
    [24, 1, 1, true],
  ],
  ["an array of documents", "var l = [{ v: 1 }, { v: 2 }]; c.insert(l); it([c.count(), !!l[1]._id.$oid])", [5, true]],
  [
    "save of a new document",
    "var d = { v: 1 }; c.save(d); d.v = 2; c.save(d); it([c.count(), c.findOne({ v: 2 }).v])",
    [4, 2],
  ],
  ["save by an _id of text", "c.save({ _id: 'a', n: 7 }); it(c.findOne({ _id: 'a' }))", { _id: "a", n: 7 }],
  [
    "save by an ObjectId",
    `c.save({ _id: { $oid: '${OID}' }, v: 1 }); it(c.findOne({ _id: { $oid: '${OID}' } })._id)`,
    { $oid: OID },
  ],
  [
    "update of the first match",
    "it([c.update({ tag: 'x' }, { $inc: { n: 10 } }), c.count({ n: { $gt: 10 } })])",
    [true, 1],
  ],
  ["update of nothing", "it(c.update({ n: 9 }, { $set: { n: 1 } }))", false],
  ["update of many", "c.update({ tag: 'x' }, { $set: { t: 1 } }, false, true); it(c.count({ t: 1 }))", 2],
  ["updateMulti", "c.updateMulti({}, { $set: { t: 1 } }); it(c.count({ t: 1 }))", 3],
  ["updateOne", "c.updateOne({}, { $set: { t: 1 } }); it(c.count({ t: 1 }))", 1],
  [
    "replacement without operators",
    "c.update({ _id: 'a' }, { v: 1 }); it(c.findOne({ _id: 'a' }))",
    { _id: "a", v: 1 },
  ],
  [
    "upsert",
    "c.update({ _id: 'z' }, { $set: { v: 1 } }, true, false); it(c.findOne({ _id: 'z' }))",
    { _id: "z", v: 1 },
  ],
  [
    "upsert of a replacement",
    "c.update({ _id: 'z' }, { v: 2 }, true); it(c.findOne({ _id: 'z' }))",
    { _id: "z", v: 2 },
  ],
  [
    "$push, $addToSet and $pull",
    "c.update({ _id: 'a' }, { $push: { l: 1 } }); c.update({ _id: 'a' }, { $addToSet: { l: 2 } }); c.update({ _id: 'a' }, { $pull: { l: 1 } }); it(c.findOne({ _id: 'a' }).l)",
    [2],
  ],
  ["remove", "it([c.remove({ tag: 'x' }), c.remove({ tag: 'x' }), c.count()])", [true, false, 1]],
  [
    "findAndModify with two arguments",
    "it([c.findAndModify({ _id: 'a' }, { $set: { n: 5 } }).n, c.findOne({ _id: 'a' }).n])",
    [1, 5],
  ],
  ["findAndModify with an order", "it(c.findAndModify({ tag: 'x' }, { n: -1 }, { $set: { n: 5 } })._id)", "b"],
  [
    "findAndModify with all arguments",
    "it(c.findAndModify({ _id: 'z' }, { v: 1 }, null, false, { $set: { v: 1, w: 2 } }, true, true))",
    { _id: "z", v: 1 },
  ],
  [
    "findAndModify that removes",
    "it([c.findAndModify({ tag: 'x' }, null, { n: -1 }, true, null, false, false)._id, c.count()])",
    ["b", 2],
  ],
  ["findAndRemove", "it([c.findAndRemove({ _id: 'a' }).n, c.findAndRemove({ _id: 'a' })])", [1, null]],
  [
    "aggregate of stages",
    "it(c.aggregate({ $match: { tag: 'x' } }, { $group: { _id: '$tag', sum: { $sum: '$n' } } }))",
    [{ _id: "x", sum: 3 }],
  ],
  ["aggregate of an array", "it(c.aggregate([{ $group: { _id: null, most: { $max: '$n' } } }])[0].most)", 3],
  [
    "aggregate of a stage and an array",
    "it(c.aggregate({ $match: { n: 1 } }, [{ $project: { n: 1 } }]))",
    [{ _id: "a", n: 1 }],
  ],
  [
    "$lookup inside the namespace",
    "Spark.runtimeCollection('NAME2').insert({ _id: 1, tag: 'y' }); it(c.aggregate([{ $match: { _id: 'c' } }, { $lookup: { from: 'NAME2', localField: 'tag', foreignField: 'tag', as: 'l' } }])[0].l)",
    [{ _id: 1, tag: "y" }],
  ],
  [
    "$lookup by the full name",
    "it(c.aggregate([{ $match: { _id: 'c' } }, { $lookup: { from: 'script.NAME', localField: 'tag', foreignField: 'tag', as: 'l' } }])[0].l.length)",
    1,
  ],
  [
    "dates as milliseconds",
    `c.insert({ _id: 'd', at: new Date(${DAY}) }); it([c.findOne({ _id: 'd' }).at, c.find({ _id: 'd' }).next().at])`,
    [DAY, DAY],
  ],
  [
    "queries by dates",
    `c.insert({ _id: 'd', at: new Date(${DAY}) }); it([c.count({ at: { $lte: new Date(${DAY}) } }), c.count({ at: { $lt: new Date(${DAY}) } })])`,
    [1, 0],
  ],
  [
    "dates that are kept",
    `Spark.getSparkScriptOptions().setMaintainDbDates(true); c.insert({ _id: 'd', at: new Date(${DAY}) }); var d = c.findOne({ _id: 'd' }); it([d.at instanceof Date, d.at.getTime(), c.find({ _id: 'd' }).next().at.getTime()])`,
    [true, DAY, DAY],
  ],
  [
    "indexes",
    "c.ensureIndex({ tag: 1, n: -1 }); c.ensureIndex({ tag: 1, n: -1 }); it(c.getIndexInfo().map(function (i) { return i.key; }))",
    [{ _id: 1 }, { tag: 1, n: -1 }],
  ],
  [
    "a unique index",
    "c.ensureIndex({ n: 1 }, { unique: true }); try { c.insert({ n: 1 }); it(false); } catch (e) { it(/n_1/.test(e.message)); }",
    true,
  ],
  [
    "an index tells its collection",
    "c.ensureIndex({ n: 1 }); it(c.getIndexInfo().map(function (i) { return i.ns === 'script.NAME'; }))",
    [true, true],
  ],
  [
    "indexes that are dropped",
    "c.ensureIndex({ tag: 1 }); c.ensureIndex({ n: 1 }); c.dropIndex({ tag: 1 }); c.dropIndexByName('n_1'); it(c.getIndexInfo().length)",
    1,
  ],
  ["drop", "c.drop(); it(c.count())", 0],
  [
    "applyChanges",
    "var a = c.findOne({ _id: 'a' }), b = c.findOne({ _id: 'a' }); delete b.tag; b.o.q = 2; b.m = 1; c.update({ _id: 'a' }, { $set: { n: 9 } }); it([c.applyChanges(a, b), c.findOne({ _id: 'a' })])",
    [true, { _id: "a", n: 9, o: { p: 1, q: 2 }, m: 1 }],
  ],
  ["applyChanges without a first one", "c.applyChanges(null, { _id: 'n' }); it(c.count())", 4],
  [
    "versioned documents",
    "var a = c.getVersionedDocument('a'), b = c.getVersionedDocument('a'); a.n = 5; b.n = 6; it([c.saveVersionedDocument(a), c.saveVersionedDocument(b), c.findOne({ _id: 'a' }).n, a._version])",
    [true, false, 5, 1],
  ],
  [
    "a versioned document saved twice",
    "var a = c.getVersionedDocument('a'); a.n = 5; c.saveVersionedDocument(a); a.n = 6; it([c.saveVersionedDocument(a), c.getVersionedDocument('a').n])",
    [true, 6],
  ],
  [
    "a versioned document that is new",
    "it([c.getVersionedDocument('q'), c.saveVersionedDocument({ _id: 'q' }), c.saveVersionedDocument({ _id: 'q' })])",
    [null, true, false],
  ],
  ["getLastError", "it(c.getLastError())", { ok: 1, err: null, serverUsed: "rekindle" }],
  [
    "Spark.save, find and remove",
    "Spark.save('NAME', { _id: 's', v: 1 }); var l = Spark.find('NAME', { v: 1 }).length; it([l, Spark.remove('NAME', { v: 1 })])",
    [1, true],
  ],
  [
    "the meta collection on preview",
    "var m = Spark.metaCollection('NAME'); m.save({ _id: 1, v: 2 }); it([m.findOne({ _id: 1 }).v, c.findOne({ _id: 1 })])",
    [2, null],
  ],
  [
    "keys called __proto__",
    'c.insert(JSON.parse(\'{"_id": "p", "__proto__": {"evil": 1}}\')); it([c.findOne({ _id: \'p\' }), ({}).evil === undefined])',
    [{ _id: "p" }, true],
  ],
  [
    "more documents than a piece has",
    "for (var i = 0; i < 3; i++) { var l = []; for (var j = 0; j < 500; j++) l.push({ i: i * 500 + j }); c.insert(l); } var n = 0, f = c.find({ i: { $gte: 0 } }).sort({ i: 1 }); while (f.hasNext()) if (f.next().i === n) n++; it(n)",
    1500,
  ],
];

SEEN.push([
  "what it finds although built-ins were replaced",
  `JSON.parse = JSON.stringify = String.prototype.slice = Date.prototype.getTime = Object.is = null;
   Object.prototype.arguments = Object.prototype.then = 1; Array.isArray = function () { throw 1; };
   it([c.findOne({ _id: "a" }).n, c.find({ tag: "x" }).size(), c.insert({ at: new Date(0) }), c.count({ at: new Date(0) })])`,
  [1, 2, true, 1],
]);

const REFUSED: [what: string, script: string, message: RegExp][] = [
  [
    "$function",
    "c.aggregate({ $project: { x: { $function: { body: 'f', args: [], lang: 'js' } } } })",
    /\$function is not supported/,
  ],
  ["$out", "c.aggregate({ $out: 'player' })", /\$out is not supported/],
  ["$merge", "c.aggregate({ $merge: { into: 'player' } })", /\$merge is not supported/],
  [
    "$lookup out of the namespace",
    "var l = c.aggregate([{ $lookup: { from: { db: 'x', coll: 'player' }, as: 'l' } }])",
    /\$lookup must name a collection/,
  ],
  ["a wrong query", "c.find('x')", /SparkMongoCollection\.find: query must be an object, not a string/],
  [
    "update without a query",
    "c.update(undefined, {})",
    /SparkMongoCollection\.update: query must be an object, not undefined/,
  ],
  ["next at the end", "var f = c.find({ n: 9 }); f.next()", /SparkMongoCursor\.next: there is no further document/],
  [
    "next after the last",
    "var f = c.find(); while (f.hasNext()) f.next(); f.next()",
    /SparkMongoCursor\.next: there is no further document/,
  ],
  ["insert of nothing", "c.insert()", /insert takes at least one document/],
  ["null among documents", "c.insert(null, {})", /a document must be an object/],
  ["save of null", "c.save(null)", /SparkMongoCollection\.save: document must be an object, not null/],
  [
    "findAndRemove without a query",
    "c.findAndRemove()",
    /SparkMongoCollection\.findAndRemove: query must be an object, not undefined/,
  ],
  ["findAndRemove of null", "c.findAndRemove(null)", /findAndRemove: query must be an object, not null/],
  ["remove without a query", "c.remove()", /SparkMongoCollection\.remove: query must be an object/],
  ["a function in a query", "c.find({ a: function () {} })", /query cannot be converted to JSON: a is a function/],
  ["a cycle", "var o = {}; o.o = o; c.insert(o)", /documents cannot be converted to JSON/],
  ["text as an ObjectId", "c.findOne({ _id: { $oid: 'x' } })", /"x" is no ObjectId: those have 24/],
  ["an unknown operator", "c.update({}, { $nonsense: { a: 1 } })", /\$nonsense/],
  ["$inc of text", "c.update({ _id: 'a' }, { $inc: { tag: 1 } })", /tag/],
  ["a duplicate _id", "c.insert({ _id: 'a' })", /_id/],
  ["many documents without operators", "c.update({}, { v: 1 }, false, true)", /needs operators/],
  [
    "a sort after the first document",
    "var f = c.find(); f.next(); f.sort({ n: 1 })",
    /must be called before a document is read/,
  ],
  ["a limit that is text", "c.find().limit('many')", /limit: count must be a number, not a string/],
  ["a text index", "c.ensureIndex({ place: 'text' })", /an index of type "text" is not supported/],
  ["places out of bounds", "c.ensureIndex({ at: '2dsphere' }); c.insert({ at: [1, 91] })", /out of bounds/],
  ["what is near without an index", "c.find({ at: { $nearSphere: [1, 2] } }).toArray()", /index/],
  ["$where in an $or", "c.find({ $or: [{ $where: 'true' }] }).toArray()", /\$where is not supported/],
  ["$where that is not JavaScript", "c.find({ $where: 'this.' })", /find: \$where is not valid JavaScript/],
  ["$where that is a number", "c.count({ $where: 5 })", /count: \$where must be a function or its text/],
  ["$where that throws", "c.findOne({ $where: function () { throw new Error('mine'); } })", /mine/],
  [
    "more than 100,000 values in one call",
    "var l = []; for (var i = 0; i < 100001; i++) l.push(1); c.find({ n: { $in: l } }).toArray()",
    /The arguments contain more than 100000 values/,
  ],
  ["a pattern that is none", "c.find({ tag: { $regex: '(' } }).toArray()", /\$regex is not valid/],
  ["a pattern with a possessive quantifier", "c.find({ tag: { $regex: 'a++' } }).toArray()", /possessive/],
  ["a projection of an expression", "c.find({}, { x: '$tag' }).toArray()", /fields: "x" must be 1, 0/],
  ["a projection that takes and leaves out", "c.find({}, { n: 1, tag: 0 }).toArray()", /not both/],
  ["$ without a condition", "c.insert({ l: [1] }); c.find({}, { 'l.$': 1 }).toArray()", /needs a condition/],
  [
    "a pattern made while matching",
    "c.aggregate({ $project: { x: { $regexMatch: { input: '$tag', regex: { $concat: ['a'] } } } } })",
    /needs a regex as text/,
  ],
  [
    "a secret collection",
    "Spark.systemCollection('playerPassword').find().toArray()",
    /no system collection "playerPassword"/,
  ],
  ...["externalAuthentication", "tokenRevocation", "externalFriends"].map((name): [string, string, RegExp] => [
    `tokens of external accounts in ${name}`,
    `Spark.systemCollection('${name}').find().toArray()`,
    new RegExp(`no system collection "${name}"`),
  ]),
  ["tokens", "Spark.systemCollection('authToken').count()", /no system collection "authToken"/],
  ["a system collection, written", "Spark.systemCollection('player').insert({})", /insert is not a function/],
  [
    "a lookup from players",
    "Spark.systemCollection('player').aggregate({ $lookup: { from: 'authToken', localField: '_id', foreignField: 'playerId', as: 't' } })",
    /\$lookup is not supported on system/,
  ],
  ["a name with an operator", "Spark.runtimeCollection('$cmd').count()", /is not a valid collection name/],
  [
    "a name that is no text",
    "Spark.runtimeCollection({})",
    /Spark\.runtimeCollection: collectionName must be a string, not an object/,
  ],
  [
    "players in the order of 'online'",
    "Spark.systemCollection('player').find().sort({ online: 1 }).toArray()",
    /Players cannot be sorted by "online"/,
  ],
  [
    "'online' of players by an operator for something else",
    "Spark.systemCollection('player').count({ online: { $gt: false } })",
    /"online" of a player cannot be compared with \$gt/,
  ],
];

const named = (text: string, name: string) => text.replaceAll("NAME", name);
const scriptOf = (script: string, name: string) => named(BEFORE, name) + named(script, name);

describe.each(engines)("collections on $name", (engine) => {
  let world: World;
  let hosts: TestCloudCode;
  beforeAll(async () => {
    world = await openWorld(engine);
    const sources = [
      ...SEEN.map(([, script], index) => [`seen${index}`, scriptOf(script, `seen${index}`)]),
      ...REFUSED.map(([, script], index) => [
        `refused${index}`,
        scriptOf(`try { ${script}; it("never"); } catch (e) { it(e.message); }`, `refused${index}`),
      ]),
    ];
    hosts = await withScripts(Object.fromEntries(sources));
  });
  afterAll(async () => {
    await hosts.cloudCode.close();
    await world.discard();
  });

  test.for(SEEN.map(([what, , it], index) => [what, index, it] as const))("%s", async ([, index, it]) => {
    const result = await hosts.run(`seen${index}`, {}, world.context);
    expect(result.failure).toBeUndefined();
    expect(result.scriptData["it"]).toEqual(it);
    expect(world.failures).toEqual([]);
  });

  test.for(REFUSED.map(([what, , message], index) => [what, index, message] as const))(
    "refused: %s",
    async ([, index, message]) => {
      const result = await hosts.run(`refused${index}`, {}, world.context);
      expect(result.failure).toBeUndefined();
      expect(result.scriptData["it"]).toMatch(message);
      expect(world.failures).toEqual([]);
    },
  );
});

test("$where examines at most 10,000 documents", async () => {
  const world = await openWorld();
  const hosts = await withScripts(
    {
      many:
        "var c = Spark.runtimeCollection('many'), all = { $where: 'this._id % 2' };" +
        "Spark.setScriptData('half', c.count(all)); c.insert({ _id: -1 });" +
        "try { c.count(all); } catch (e) { Spark.setScriptData('it', e.message); }",
    },
    { timeoutMs: 20_000 },
  );
  await world.store.collection("script.many").insertMany(Array.from({ length: 10_000 }, (_, _id) => ({ _id })));
  const { failure, scriptData } = await hosts.run("many", {}, world.context);
  expect({ failure, scriptData }).toEqual({
    failure: undefined,
    scriptData: { half: 5_000, it: expect.stringMatching(/count: \$where examines at most 10000 documents/) },
  });
  await hosts.cloudCode.close();
  await world.discard();
});
