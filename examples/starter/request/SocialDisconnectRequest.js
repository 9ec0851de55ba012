// Runs before the server's own work. An error that is set here refuses the request.
// In this game nobody leaves an account behind in the middle of a tournament.
var player = Spark.getPlayer();

if (player.getScriptData("tournament") === "running") {
  Spark.setScriptError("tournament", "RUNNING");
}
