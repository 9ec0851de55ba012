// Runs after the server's own work, and sees the response. What is set here goes to the client as scriptData.
if (!Spark.hasScriptErrors() && !Spark.getData().error) {
  var player = Spark.getPlayer();
  var farewells = (player.getScriptData("farewells") || 0) + 1;

  player.setScriptData("farewells", farewells);
  Spark.setScriptData("message", "Your account is disconnected, " + (player.getDisplayName() || "stranger") + ".");
  Spark.setScriptData("farewells", farewells);
}
