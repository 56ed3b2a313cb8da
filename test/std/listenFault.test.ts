// A port that cannot be opened is said with the setting that has to change.
import { createServer } from "node:net";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { explainListenFault } from "../../src/std/listenFault.ts";

it.each([
  ["EADDRINUSE", "hmi.port: port 80 on 10.0.0.1 is already in use by another program"],
  ["EACCES", "hmi.port: this user may not open port 80 on 10.0.0.1; choose one above 1023"],
  ["EADDRNOTAVAIL", "hmi.host: this machine has no address 10.0.0.1"],
  ["EMFILE", "hmi: listen EMFILE"],
])("%s of a socket", (code, sentence) => {
  const error = Object.assign(new Error(`listen ${code}`), { code, syscall: "listen" });
  const explained = explainListenFault({ section: "hmi", host: "10.0.0.1", port: 80 }, error);
  expect(explained).toMatchObject({ message: sentence, cause: error });
});

it("a name without address (RFC 6761 §6.4), as the system says it", async () => {
  const wanted = { section: "ocpp.listeners[0]", host: "nowhere.invalid", port: 0 };
  const [error] = (await once(createServer().listen(wanted), "error")) as unknown[];
  expect(explainListenFault(wanted, error).message).toBe(
    "ocpp.listeners[0].host: no address is known for the name nowhere.invalid",
  );
});

it("a file that cannot be read is no port, and neither is something that is no error", async () => {
  const wanted = { section: "opcua", host: "127.0.0.1", port: 1 };
  const error: unknown = await readFile("/nowhere").catch((fault: unknown) => fault);
  expect(explainListenFault(wanted, error).message).toMatch(/^opcua: ENOENT: /u);
  const denied = Object.assign(new Error("EACCES: permission denied, mkdir"), { code: "EACCES", syscall: "mkdir" });
  expect(explainListenFault(wanted, denied).message).toBe("opcua: EACCES: permission denied, mkdir");
  expect(explainListenFault(wanted, "odd").message).toBe("opcua: odd");
});
