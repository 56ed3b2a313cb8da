// What expressions can ask, and what is refused before it is ever evaluated, with its place.
import { describe, expect, it } from "vitest";
import { NOW, question } from "../decideInTest.ts";
import { asked, factsOf, faultOf, known, valueOf } from "./expressionsInTest.ts";

describe("an expression", () => {
  it.each([
    ["action", "StartTransaction"],
    ["idTag", "04A1B2C3"],
    ["connectorId", 1n],
    ["chargePoint.id", "DEPOT7"],
    ["chargePoint.vendor + chargePoint.model + chargePoint.serialNumber + chargePoint.firmwareVersion", "AcmeX1S11.2"],
    ["chargePoint.registrationStatus", "Accepted"],
    ["chargePoint.securityProfile", 1n],
    ["chargePoint.activeTransactions", 1n],
    ["chargePoint.connectors.size()", 2n],
    ['chargePoint.connectors.filter(c, c.status == "Charging").map(c, c.id)', [1n]],
    ['chargePoint.connectors.exists(c, c.reservedFor == "GUEST")', true],
    ["connector.status", "Charging"],
    ["connector.availability", ""],
    ["transaction.idTag", "OTHER"],
    ["transaction.energy > 1500", true],
    ["transaction.energy * 2 / 1000", 3.001],
    ["now - transaction.started == duration('0s')", true],
    ["site.name", "Depot North"],
    ["payload.meterStart", 100],
    ["payload.meterStart + 1 > 100", true],
    ["payload.meterStart == 100", true],
    ["payload.price * 2 == 1.0", true],
    ["has(payload.reservationId)", false],
    ["has(payload.deep.x)", true],
    ['"a" in payload.tags', true],
    ['payload.tags.exists(t, t == "b")', true],
    ["payload.deep.x.all(e, e.y > 0)", true],
    ['idTag in ["X", "04A1B2C3"]', true],
    ["lists.staff.size()", 2n],
    ['glob(idTag, "04??B*")', true],
    [`json('{"a":[1,2]}').a.size()`, 2n],
    ['now.getHours("Europe/Berlin")', 13n],
    ["now.getHours()", 12n],
    ["now.getDayOfYear()", 328n],
    ['(now + duration("12h")).getDate("Europe/Berlin")', 26n],
    ['now > timestamp("2026-11-25T11:59:59Z")', true],
    ["idTag.substring(0, 2) + string(connectorId)", "041"],
    ['"a,b".split(",")', ["a", "b"]],
    ["connectorId == 1 ? 'one' : 'other'", "one"],
  ])("%s", (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it.each([
    ["idTag in lists.staff", "04a1B2c3", true],
    ["idTag in lists.staff", "04FFEE01", true],
    ["idTag in lists.staff", "04FFEE02", false],
    ["payload.idTag in lists.staff", "04a1b2c3", true],
    ["!(idTag in lists.staff)", "04a1b2c3", false],
  ])("finds an id tag in a list in upper and lower case (OCPP 1.6 §7.28): %s for %s", (text, idTag, isIn) => {
    expect(valueOf(text, factsOf(question({ idTag, payload: { idTag } })))).toBe(isIn);
  });

  it("has empty values for what a charge point has not said, so that only the payload can lack something", () => {
    const facts = factsOf(
      { action: "Authorize", chargePointId: "NEW", payload: {} },
      { twin: { ...known, connectors: new Map() }, now: NOW },
    );
    for (const text of ["idTag", "connector.status", "transaction.idTag"]) expect(valueOf(text, facts)).toBe("");
    for (const text of ["connectorId", "connector.id", "transaction.id"]) expect(valueOf(text, facts)).toBe(0n);
    expect(valueOf("transaction.active", facts)).toBe(false);
    expect(valueOf("payload.idTag", facts)).toBe("no value: No such key: idTag");
  });

  it.each([
    [-1, -1n],
    [1.5, 0n],
    [Number.NaN, 0n],
    [1e300, 0n],
  ])("takes connectorId %d, as a charge point may send anything, for %s", (connectorId, value) => {
    expect(valueOf("connectorId", factsOf({ ...asked, connectorId }))).toBe(value);
  });

  it.each([
    ["idTg == 'A'", '0 There is no variable "idTg"; did you mean idTag?'],
    ["chargePoint.idd == 'A'", '12 "idd" is no field of chargePoint; did you mean id?'],
    ["true && idTag in lists.stff", '23 There is no list "stff"; did you mean staff?'],
    ["idTag < 3", "0 These do not go together: string < int; put the number in quotes, or make it text with string(…)"],
    ["idTag.startWith('A')", '6 Rules have no function "startWith"; did you mean startsWith?'],
    ["idTag.startsWith(1)", "0 There is no function string.startsWith(int)"],
    ["idTag ==", "8 The expression ends too early"],
    ["idTag = 'A'", "6 Unexpected character: ="],
    ["(idTag == 'A'", "13 Expected RPAREN, got EOF"],
    ["'abc", undefined],
    ["idTag && true", "0 Logical operator requires bool operands, got 'string'"],
    [
      "now.getHours('Europe/Berln') > 1",
      '13 There is no time zone "Europe/Berln"; write a name such as "Europe/Berlin", or "UTC"',
    ],
    ["now.getHours(idTag) > 1", "13 A time zone must be written out in quotes"],
    ["now + duration('8x')", '15 "8x" is no duration; write it like "8h", "1h30m" or "90s"'],
    ["now > timestamp('today')", '16 This is no time; write it like "2026-01-31T12:00:00Z"'],
    [
      "connectorId == '1'",
      "0 These do not go together: int == string; put the number in quotes, or make it text with string(…)",
    ],
  ])("is refused with its place: %s", (text, fault) => {
    if (fault === undefined) expect(faultOf(text)).toBeDefined();
    else expect(faultOf(text)).toBe(fault);
  });

  it("is refused when it is too long or nested too deeply", () => {
    expect(faultOf(`${" ".repeat(4000)}true`)).toBe("4000 An expression has at most 4000 characters");
    expect(faultOf(`${"(".repeat(500)}true${")".repeat(500)}`)).toContain("Exceeded maxDepth");
    expect(faultOf(`${"!".repeat(3000)}true`)).toContain("Exceeded");
    expect(faultOf(Array.from({ length: 900 }, () => "1").join("+"))).toContain("Exceeded");
  });
});
