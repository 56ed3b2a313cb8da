import { expect, it } from "vitest";
import { hideFileTokens } from "../../src/twin/fileTokens.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

it.each([
  [`http://a:1/up/${TOKEN}/`, "http://a:1/up/***/"],
  [`https://a/firmware/${TOKEN}/fw%202.bin`, "https://a/firmware/***/fw%202.bin"],
  [`{"location":"http://a/up/${TOKEN}"} http://b/up/${TOKEN}/x`, '{"location":"http://a/up/***"} http://b/up/***/x'],
  ["ftp://0123456789abcdef:0123456789abcdef@a:2121/", "ftp://***@a:2121/"],
  ["ftp://0123456789abcdef:0123456789abcdef@[::1]/fw%202.bin x", "ftp://***@[::1]/fw%202.bin x"],
])("the token in %s is hidden", (text, hidden) => {
  expect(hideFileTokens(text)).toBe(hidden);
});

it.each([
  `http://a/${TOKEN}/`,
  `http://a/up/${TOKEN}0`,
  "http://a/up/0123/",
  "ftp://u:p@host/up/",
  "ftp://0123456789abcdef@a/",
])("%s holds none", (text) => {
  expect(hideFileTokens(text)).toBe(text);
});
