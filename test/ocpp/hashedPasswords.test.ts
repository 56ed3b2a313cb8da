// Behaviour 22 where only the hash of a password is known: who gets in, what it costs, and what a storm of logins does to the others.
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import { hashedBytes, type KeyForm } from "../../src/settings/password.ts";
import { costOfChargePointsPasswords, hashPasswordNow } from "../../src/std/passwordHash.ts";
import { admitted, basic, RawChargePoint, refusal, startListeners, stopListeners } from "./listenersInTest.ts";

const KEY = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";
let keyHash: string;
let textHash: string;

beforeAll(() => {
  [keyHash, textHash] = [
    hashPasswordNow(hashedBytes(KEY), costOfChargePointsPasswords),
    hashPasswordNow(hashedBytes("pässwörd"), costOfChargePointsPasswords),
  ];
});
afterEach(stopListeners);

const admit = (hash: string, more: object = {}) => ({ ...admitted, hashed: { hash }, ...more }) as Admission;
const header = (password: string | Buffer) => `Authorization: ${basic("CP001", password).headers.Authorization}`;

test.each([
  ["an AuthorizationKey as bytes", () => keyHash, Buffer.from(KEY, "hex")],
  ["an AuthorizationKey as hexadecimal text", () => keyHash, KEY],
  ["an AuthorizationKey as hexadecimal text in small letters", () => keyHash, KEY.toLowerCase()],
  ["a text", () => textHash, "pässwörd"],
])(
  "behaviour 22: %s is taken, the first time and again, and on a listener without authentication, too",
  async (_, hash, sent) => {
    const { url, listeners } = await startListeners({ profiles: [1, 0], admit: () => admit(hash()) });
    for (const each of [url, url, listeners.urls()[1] ?? ""])
      await RawChargePoint.connect(`${each}/CP001`, basic("CP001", sent));
  },
);

const SHORT = "0aB1c2D3e4F5061728394a5B6c7D8e9f";

test.each<[string, string, string | Buffer, KeyForm | undefined]>([
  ["a text of 16 bytes", "sixteen bytes ok", "sixteen bytes ok", "hex"],
  ["a text of 19 bytes", "nineteen bytes, äöü", "nineteen bytes, äöü", "hex"],
  ["a key of 16 bytes, as bytes", SHORT, Buffer.from(SHORT, "hex"), "hex"],
  ["a key of 16 bytes, as it was written", SHORT, SHORT, "hex"],
  ["a key of 16 bytes, in capitals", SHORT, SHORT.toUpperCase(), "hex"],
  ["32 hexadecimal digits as text", SHORT, SHORT, "text"],
  ["32 hexadecimal digits in no known form", SHORT, SHORT, undefined],
  ["40 hexadecimal digits as text", KEY, KEY, "text"],
])("%s gets in by its hash as it does in clear", async (_, password, sent, keyForm) => {
  const hash = hashPasswordNow(hashedBytes(password), costOfChargePointsPasswords);
  for (const secret of [{ password }, { hashed: { hash } }]) {
    const { url } = await startListeners({ profiles: [1], admit: () => ({ ...admitted, ...secret, keyForm }) });
    await RawChargePoint.connect(`${url}/CP001`, basic("CP001", sent));
  }
});

test.each([
  ["another key", Buffer.from(KEY.replace("07", "08"), "hex"), "CP001"],
  ["nothing", "", "CP001"],
  ["another user", KEY, "CP002"],
])("behaviour 22: %s is refused (401)", async (_, sent, user) => {
  const { url } = await startListeners({ profiles: [1], admit: () => admit(keyHash) });
  const answer = await refusal(url, "/CP001", `Authorization: ${basic(user, sent).headers.Authorization}`);
  expect(answer.status).toBe(401);
});

test("without a header the charge point is challenged, also on a listener without authentication", async () => {
  const { listeners } = await startListeners({ profiles: [1, 0], admit: () => admit(keyHash) });
  for (const url of listeners.urls()) {
    const { status, head } = await refusal(url, "/CP001");
    expect([status, head.includes('WWW-Authenticate: Basic realm="OCPP"')]).toEqual([401, true]);
  }
});

test("wrong passwords are throttled before they cost a hash; who has proved itself before gets in all the same", async () => {
  const { url, count } = await startListeners({
    profiles: [1],
    admit: () => admit(keyHash),
    limits: { failedLoginsPerMinute: 3 },
  });
  await RawChargePoint.connect(`${url}/CP001`, basic("CP001", KEY));
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) statuses.push((await refusal(url, "/CP001", header("wrong"))).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect(count("loginsFailed")).toBe(5);
  await RawChargePoint.connect(`${url}/CP001`, basic("CP001", KEY));
});

test("wrong passwords that come all at once are throttled as those that come one after the other", async () => {
  const { url } = await startListeners({
    profiles: [1],
    admit: () => admit(keyHash),
    limits: { failedLoginsPerMinute: 3, acceptsPerSecond: 1000 },
  });
  const answers = await Promise.all(Array.from({ length: 100 }, () => refusal(url, "/CP001", header("wrong"))));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(3);
  expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  // And an address does not get around it by many identities.
  const many = await Promise.all(
    Array.from({ length: 100 }, (_, index) => refusal(url, `/CP${index}`, wrongFor(`CP${index}`))),
  );
  expect(many.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(30);
});

const wrongFor = (id: string) => `Authorization: ${basic(id, "wrong").headers.Authorization}`;

test.each([
  ["itself", "CP001"],
  ["others at its address", "CP002"],
])("a right password gets in the first time, too, whoever has failed too often before: %s", async (_, failing) => {
  const { url } = await startListeners({
    profiles: [1],
    admit: () => admit(keyHash),
    limits: { failedLoginsPerMinute: 1, acceptsPerSecond: 1000 },
  });
  for (let attempt = 0; attempt < 12; attempt++) await refusal(url, `/${failing}`, wrongFor(failing));
  expect((await refusal(url, "/CP001", header("wrong"))).status).toBe(429);
  await RawChargePoint.connect(`${url}/CP001`, basic("CP001", KEY));
});

test("a password that takes the place of one in the settings holds as long as that one stands there", async () => {
  const replacing = (password: string) => () =>
    admit(keyHash, { password, hashed: { hash: keyHash, replaces: textHash } });
  const { url } = await startListeners({ profiles: [1], admit: replacing("pässwörd") });
  await RawChargePoint.connect(`${url}/CP001`, basic("CP001", KEY));
  expect((await refusal(url, "/CP001", header("pässwörd"))).status).toBe(401);
  const other = await startListeners({ profiles: [1], admit: replacing("another") });
  await RawChargePoint.connect(`${other.url}/CP001`, basic("CP001", "another"));
  expect((await refusal(other.url, "/CP001", header(KEY))).status).toBe(401);
});

test("two hundred that log in at once all get in, and one that is connected is answered meanwhile", async () => {
  const { url, listeners } = await startListeners({
    profiles: [1],
    admit: () => admit(keyHash),
    // However busy the machine is.
    limits: { handshakeTimeoutSeconds: 60 },
  });
  const connected = await RawChargePoint.connect(`${url}/FIRST`, basic("FIRST", KEY));
  const ids = Array.from({ length: 200 }, (_, index) => `CP${index}`);
  let answered = 0;
  const storm = Promise.all(ids.map((id) => RawChargePoint.connect(`${url}/${id}`, basic(id, KEY))));
  const isOver = storm.then(() => true);
  for (let call = 0; ; call++) {
    connected.send([2, String(call), "Heartbeat", {}]);
    await connected.frames(call + 1);
    answered++;
    if (await Promise.race([isOver, new Promise((resolve) => setImmediate(resolve, false))])) break;
  }
  expect(listeners.links.size).toBe(201);
  expect(answered).toBeGreaterThan(10);
});

test.each<[string, object]>([
  ["a password in clear", { password: "pässwörd" }],
  ["a hashed one", { hashed: true }],
  ["none", {}],
])("what a charge point was only offered lets it in beside %s, and the door is told", async (_, held) => {
  const before = "hashed" in held ? { hashed: { hash: textHash } } : held;
  const { url, events } = await startListeners({
    profiles: [1],
    admit: () => ({ ...admitted, ...before, offered: [{ hash: keyHash, replaces: textHash }] }),
  });
  if (Object.keys(held).length > 0) await RawChargePoint.connect(`${url}/CP001`, basic("CP001", "pässwörd"));
  else expect((await refusal(url, "/CP001", header("pässwörd"))).status).toBe(401);
  expect(events.join()).not.toContain("took");
  for (const sent of [Buffer.from(KEY, "hex"), KEY]) await RawChargePoint.connect(`${url}/CP001`, basic("CP001", sent));
  expect(events.filter((event) => event.includes("took"))).toEqual(Array(2).fill(`CP001 took ${keyHash}`));
  expect((await refusal(url, "/CP001", header("wrong"))).status).toBe(401);
});
