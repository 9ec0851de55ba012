// The fastest lap of each track: one document per track in the collection "records".
var records = Spark.runtimeCollection("records");

/**
 * Stores a lap as the track's record if it is the fastest. Returns the record that it beat, `{}` if there was none, or
 * null if the lap was not fast enough.
 * @param {string} track
 * @param {number} seconds
 * @param {SparkPlayer} player
 */
function takeRecord(track, seconds, player) {
  var mine = { seconds: seconds, playerId: player.getPlayerId(), name: player.getDisplayName() };

  // One atomic step: if two laps finish at the same time, the slower one cannot overwrite the faster one.
  var beaten = records.findAndModify({ _id: track, seconds: { $gt: seconds } }, { $set: mine });

  if (beaten || records.count({ _id: track }) > 0) {
    return beaten;
  }
  mine._id = track;
  records.insert(mine);
  return {};
}
