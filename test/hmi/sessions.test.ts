// How long a login of a browser holds, by a clock that is moved by hand.
import { describe, expect, it } from "vitest";
import { Sessions } from "../../src/hmi/sessions.ts";
import type { LoginAccount } from "../../src/twin/accounts.ts";
import { HandClock } from "../ocpp/handClock.ts";

const HOUR_MS = 3_600_000;
const account = (name: string): LoginAccount => ({ name, role: "operator", passwordId: "1", certificate: undefined });
const anna = account("anna");
const bert = account("bert");

function open(): { clock: HandClock; sessions: Sessions } {
  const clock = new HandClock();
  return { clock, sessions: new Sessions(clock, [anna, bert]) };
}

describe("a session", () => {
  it("ends when nobody has used it for twelve hours; that a page is open is no use", () => {
    const { clock, sessions } = open();
    const token = sessions.open(anna, false);
    clock.move(11 * HOUR_MS);
    expect(sessions.find(token)?.user).toBe("anna");
    clock.move(11 * HOUR_MS);
    expect(sessions.find(token, true)?.user).toBe("anna");
    clock.move(2 * HOUR_MS);
    expect(sessions.find(token, true)).toBeUndefined();
  });

  it("ends after a week however much it is used", () => {
    const { clock, sessions } = open();
    const token = sessions.open(anna, false);
    for (let hour = 0; hour < 168; hour += 8) {
      expect(sessions.find(token)?.user).toBe("anna");
      clock.move(8 * HOUR_MS);
    }
    clock.move(HOUR_MS);
    expect(sessions.find(token)).toBeUndefined();
  });

  it("is not ended by another user who logs in again and again, who ends his own instead", () => {
    const { sessions } = open();
    const watching = sessions.open(anna, false);
    const first = sessions.open(bert, false);
    for (let count = 0; count < 2000; count++) sessions.open(bert, false);
    expect(sessions.find(watching)?.user).toBe("anna");
    expect(sessions.find(first)).toBeUndefined();
  });

  it("has the rights that its account has now, and none with another password or without account", () => {
    const { sessions } = open();
    const token = sessions.open(anna, true);
    expect(sessions.find(token)).toMatchObject({ role: "operator", hasOneTimePassword: true });
    sessions.setAccounts([{ ...anna, role: "observer" }, bert]);
    expect(sessions.find(token)?.role).toBe("observer");
    sessions.setAccounts([{ ...anna, passwordId: "2" }, bert]);
    expect(sessions.find(token)).toBeUndefined();
  });

  it("is found by its token and by nothing else", () => {
    const { sessions } = open();
    sessions.open(anna, false);
    for (const token of ["", "x", "__proto__", "x".repeat(100_000)]) expect(sessions.find(token)).toBeUndefined();
  });
});
