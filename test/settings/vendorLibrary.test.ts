// The vendor files that come with the bridge: each can be used, says where it has its claims from, and fits no charge point of another.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chooseProfile } from "../../src/settings/vendorChoice.ts";
import type { VendorFile } from "../../src/settings/vendorFile.ts";
import { library } from "./vendorsInTest.ts";

const folder = new URL("../../config/vendors/", import.meta.url);
const files = readdirSync(folder);
const read = (file: string): string => readFileSync(new URL(file, folder), "utf8");
const profiles = new Map(library().profiles.map((profile) => [profile.name, profile]));

const plain = (text = "*"): string => text.replaceAll(/\s/gu, "").toLowerCase();

describe("the library of vendor files", () => {
  it("knows at least fifteen makers", () => {
    expect(profiles.size).toBeGreaterThanOrEqual(15);
    expect([...profiles.keys()].toSorted()).toEqual(files.map((file) => file.replace(/\.yaml$/u, "")).toSorted());
  });

  it.each([
    // https://github.com/evcc-io/evcc/issues/14804
    [{ vendor: "ZJBENY", model: "BCP-B2N-L", firmwareVersion: "1.0.23" }, "zj-beny"],
    // https://github.com/lbbrhzn/ocpp/issues/176
    [{ vendor: "United Chargers", model: "GRS-*", firmwareVersion: "05.43" }, "grizzl-e"],
    // https://github.com/lbbrhzn/ocpp/issues/1275, https://github.com/evcc-io/evcc/issues/17979
    [{ vendor: "ABB", model: "CDT_TACW22::NET_WIFI", firmwareVersion: "TAC3Z9119006710273::V1.8.21" }, "abb"],
    [{ vendor: "ABB", model: "CDT_TACW11::NET_WIFI", firmwareVersion: "TAC3Z9119006710273::V1.8.21" }, "abb"],
    [{ vendor: "ABB", model: "Terra 54" }, undefined],
  ])("knows %j", (identified, name) => {
    expect(chooseProfile([...profiles.values()], "auto", identified)?.name).toBe(name);
  });

  it("has no matcher twice", () => {
    const matchers = [...profiles.values()].flatMap((profile) => profile.matchers);
    const texts = matchers.map(({ vendor, model, firmware }) =>
      JSON.stringify([plain(vendor), plain(model), firmware]),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe.each(files)("%s", (file) => {
  const content = parse(read(file)) as Partial<VendorFile>;
  const claims = [content.flags ?? {}, content.repairs ?? {}].flatMap((section) => Object.entries(section));

  it("tells an editor its schema", () => {
    expect(read(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/schemas\/vendor\.json\n/u);
  });

  it("is called as its maker", () => {
    const words = (content.maker ?? "").toLowerCase().match(/[a-z]+/gu) ?? [];
    const parts = file.replace(/\.yaml$/u, "").split("-");
    for (const part of parts) expect(words.join("")).toContain(part);
  });

  it("claims something, each with an address and one sentence", () => {
    expect(claims.length + (content.dataTransfer ?? []).length).toBeGreaterThan(0);
    for (const [, { source, because }] of claims) {
      expect(source).toMatch(/^https:\/\/\S+$/u);
      expect(because).toMatch(/^[A-Z][^.]*(?:\.[^ ][^.]*)*\.$/u);
    }
    for (const { source } of content.dataTransfer ?? []) expect(source).toMatch(/^https:\/\/\S+$/u);
  });
});
