// The fastest lap of each track: one document for a track in the collection "records".
var records = Spark.runtimeCollection("records");

/**
 * Enters a lap as the track's record where it is the fastest. Answers the record that it beat, `{}` where there was none,
 * and null where the record stands.
 * @param {string} track
 * @param {number} seconds
 * @param {SparkPlayer} player
 */
function takeRecord(track, seconds, player) {
  var mine = { seconds: seconds, playerId: player.getPlayerId(), name: player.getDisplayName() };

  // One step: of two laps that end at once, the slower one does not find the record that it would have beaten.
  var beaten = records.findAndModify({ _id: track, seconds: { $gt: seconds } }, { $set: mine });

  if (beaten || records.count({ _id: track }) > 0) {
    return beaten;
  }
  mine._id = track;
  records.insert(mine);
  return {};
}
