// The yardstick for modules: a process that sends back what it is sent.
process.on("message", (message) => process.send?.(message));
