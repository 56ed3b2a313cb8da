import { expect, it } from "vitest";
import { addressOf, match } from "../../../src/hmi/browser/addresses.ts";

const PATTERN = "/charge-points/:id/connectors/:connector";

it.each(["CP-1", "a/b", "../x", "<b>", "%41", "ü 😀", "?q#h"])("%s is found again in the address of its page", (id) =>
  expect(match(PATTERN, addressOf(id, 2))).toEqual({ id, connector: "2" }),
);

it.each(["/charge-points", "/charge-points/", "/charge-points/a/b", "/charge-points/%zz", "/other/a"])(
  "%s is no address of a charge point",
  (path) => expect(match("/charge-points/:id", path)).toBeUndefined(),
);
