// The first start: who is made when, and that its password is shown once and lets it in.
import { expect, it, test } from "vitest";
import { Accounts } from "../../src/app/accounts.ts";
import { makeFirstAdministrator, type FirstLogin } from "../../src/app/firstAdministrator.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import { isPassword } from "../../src/std/passwordHash.ts";
import type { Account } from "../../src/twin/accounts.ts";
import type { Role } from "../../src/twin/commands.ts";

const anna: Account = { name: "anna", role: "observer", isEnabled: true, createdAt: 0, changedAt: 0 };

async function start(
  accounts: Accounts,
  anonymousRole: Role = "none",
): Promise<{ shown: FirstLogin[]; lines: string[] }> {
  const shown: FirstLogin[] = [];
  const lines: string[] = [];
  const write: Log["warn"] = (_, message) => void lines.push(message);
  const log: Log = { ...silentLog, warn: write, error: write };
  const settings = { opcua: { anonymousRole } } as unknown as Settings;
  await makeFirstAdministrator({ accounts, settings, clock: systemClock, log }, (login) => shown.push(login));
  return { shown, lines };
}

it("makes an administrator whom the shown password lets in, once", async () => {
  const accounts = new Accounts();
  const { shown, lines } = await start(accounts);
  const [account] = accounts.all();
  expect(account).toMatchObject({ name: "administrator", role: "administrator", hasOneTimePassword: true });
  expect(shown).toEqual([{ name: "administrator", password: expect.any(String) }]);
  expect(await isPassword(shown[0]?.password ?? "", account?.passwordHash ?? "")).toBe(true);
  expect(lines).toEqual([]);
  const again = await start(accounts);
  expect(again).toEqual({ shown: [], lines: [expect.stringContaining("is still in use")] });
});

test.each<[string, Accounts, Role]>([
  ["an account is there", new Accounts([anna]), "none"],
  ["an account is there that is not enabled", new Accounts([{ ...anna, isEnabled: false }]), "none"],
  ["whoever comes gets in anyway", new Accounts(), "observer"],
])("makes nobody where %s", async (_, accounts, anonymousRole) => {
  const before = Array.from(accounts.all());
  expect(await start(accounts, anonymousRole)).toEqual({ shown: [], lines: [] });
  expect(Array.from(accounts.all())).toEqual(before);
});

it("shows nothing where the disk refuses", async () => {
  const accounts = new Accounts([], async () => false);
  expect(await start(accounts)).toEqual({ shown: [], lines: [expect.stringContaining("could not be made")] });
});
