// Lines out of bytes, whatever pieces they come in and whatever Telnet stands between.
import { expect, it } from "vitest";
import { CommandLines } from "../../../src/files/ftp/commandLines.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

it.each([
  ["a line", "USER a\r\n", ["USER a"]],
  ["several", "A\r\nB\r\nC\r\n", ["A", "B", "C"]],
  ["a line that ends without CR", "USER a\n", ["USER a"]],
  ["an empty line", "\r\n", [""]],
  ["a CR inside", "a\rb\r\n", ["a\rb"]],
  ["a line without its end", "A\r\nB", ["A"]],
  ["UTF-8", "STOR \xc3\xa4\r\n", ["STOR ä"]],
  ["IP and Synch of Telnet", "\xff\xf4\xff\xf2ABOR\r\n", ["ABOR"]],
  ["a Synch without its mark", "\xff\xf4\xffABOR\r\n", ["ABOR"]],
  ["offers of Telnet", "\xff\xfb\x01\xff\xfd\x0aNOOP\r\n", ["NOOP"]],
  ["a byte 255 that is doubled", "a\xff\xffb\r\n", ["a\uFFFDb"]],
])("%s is taken whole and byte by byte", (_, text, expected) => {
  expect(new CommandLines().take(bytes(text))).toEqual(expected);
  const slowly = new CommandLines();
  expect([...bytes(text)].flatMap((byte) => slowly.take(Uint8Array.of(byte)))).toEqual(expected);
});

it("a line is not endless, whether it comes at once or in pieces", () => {
  expect(new CommandLines().take(bytes("x".repeat(2049)))).toBe("tooLong");
  const slowly = new CommandLines();
  for (let count = 0; count < 2; count++) expect(slowly.take(bytes("x".repeat(1024)))).toEqual([]);
  expect(slowly.take(bytes("x"))).toBe("tooLong");
});

it("many lines may come at once", () => {
  expect(new CommandLines().take(bytes("NOOP\r\n".repeat(10_000)))).toHaveLength(10_000);
});
