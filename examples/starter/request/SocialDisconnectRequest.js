// Runs before the server's own work. Setting an error here refuses the request.
// In this game nobody may disconnect an account during a tournament.
var player = Spark.getPlayer();

if (player.getScriptData("tournament") === "running") {
  Spark.setScriptError("tournament", "RUNNING");
}
