// Runs after the server's own work, and can read the response. The client receives what is set here as scriptData.
if (!Spark.hasScriptErrors() && !Spark.getData().error) {
  var player = Spark.getPlayer();
  var farewells = (player.getScriptData("farewells") || 0) + 1;

  player.setScriptData("farewells", farewells);
  Spark.setScriptData("message", "Your account is disconnected, " + (player.getDisplayName() || "stranger") + ".");
  Spark.setScriptData("farewells", farewells);
}
