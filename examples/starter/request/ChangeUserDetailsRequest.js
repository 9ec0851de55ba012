// A client may send scriptData with any request. This script stores the tournament's state on the player.
var sent = Spark.getData().scriptData;

if (sent && sent.tournament !== undefined) {
  Spark.getPlayer().setScriptData("tournament", sent.tournament);
}
