// A client may send scriptData of its own with any request. This one keeps the tournament's state on the player.
var sent = Spark.getData().scriptData;

if (sent && sent.tournament !== undefined) {
  Spark.getPlayer().setScriptData("tournament", sent.tournament);
}
