// A player has finished a lap on TRACK in SECONDS.
require("RECORDS");

var lap = Spark.getData();
var player = Spark.getPlayer();

// A script error refuses the event: the client receives it as `error`.
if (lap.SECONDS <= 0) {
  Spark.setScriptError("SECONDS", "TOO_FAST");
  Spark.exit();
}

// The player's best lap on each track, stored on the player.
var best = player.getScriptData("best") || {};
var isOwnBest = !best[lap.TRACK] || lap.SECONDS < best[lap.TRACK];

if (isOwnBest) {
  best[lap.TRACK] = lap.SECONDS;
  player.setScriptData("best", best);
}

// The track's record, in a collection. A new record earns ten coins.
var beaten = takeRecord(lap.TRACK, lap.SECONDS, player);

if (beaten) {
  player.credit1(10);
  Spark.getLog().info({ record: lap.TRACK, seconds: lap.SECONDS });
}

// The previous holder gets a message: now, or at the next login.
if (beaten && beaten.playerId && beaten.playerId !== player.getPlayerId()) {
  Spark.message("RECORD_LOST")
    .setPlayerIds(beaten.playerId)
    .setMessageData({ track: lap.TRACK, seconds: lap.SECONDS, by: player.getDisplayName() })
    .send();
}

// Returned to the client.
Spark.setScriptData("best", best[lap.TRACK]);
Spark.setScriptData("record", beaten !== null);
