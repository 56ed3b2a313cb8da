#!/usr/bin/env node
// The executable. Node's version is looked at before anything else is loaded, because the rest does not load on an old one.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `ocpp-opcua needs Node.js 22.18 or newer; this is ${process.versions.node}. See https://nodejs.org\n`,
  );
  process.exit(78);
}

const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process.argv);
