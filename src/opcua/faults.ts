// Tells errors of the library from our own: the library throws at some requests, which is no reason to end all sessions.

/** Whether an error was thrown inside a package: then one request went wrong, and the others go on. */
export function isOfLibrary(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const frame = error.stack?.split("\n").find((line) => /^\s+at /u.test(line)) ?? "";
  return frame.includes("node_modules");
}
