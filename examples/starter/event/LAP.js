// A lap is over: TRACK says where, SECONDS how long it took.
require("RECORDS");

var lap = Spark.getData();
var player = Spark.getPlayer();

// An error ends the request: nothing that this script changed of the player is kept.
if (lap.SECONDS <= 0) {
  Spark.setScriptError("SECONDS", "TOO_FAST");
  Spark.exit();
}

// The player's own best, on the player.
var best = player.getScriptData("best") || {};
var isOwnBest = !best[lap.TRACK] || lap.SECONDS < best[lap.TRACK];

if (isOwnBest) {
  best[lap.TRACK] = lap.SECONDS;
  player.setScriptData("best", best);
}

// The record of the track, in a collection of the game. A new one is worth ten coins.
var beaten = takeRecord(lap.TRACK, lap.SECONDS, player);

if (beaten) {
  player.credit1(10);
  Spark.getLog().info({ record: lap.TRACK, seconds: lap.SECONDS });
}

// Whoever held it is told: now, or at the next login.
if (beaten && beaten.playerId && beaten.playerId !== player.getPlayerId()) {
  Spark.message("RECORD_LOST")
    .setPlayerIds(beaten.playerId)
    .setMessageData({ track: lap.TRACK, seconds: lap.SECONDS, by: player.getDisplayName() })
    .send();
}

// What the client is answered.
Spark.setScriptData("best", best[lap.TRACK]);
Spark.setScriptData("record", beaten !== null);
