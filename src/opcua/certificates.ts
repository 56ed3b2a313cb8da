// The certificates of the OPC UA side, below `pki/` of the data folder: the bridge's own one, and the trust lists of other applications and of
// users. Unknown certificates go to rejected/ and are never trusted by themselves.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import { ClientTrustList } from "./clientTrustList.ts";
import { openOwnCertificate, type OwnCertificate } from "./ownCertificate.ts";
import type { ApplicationOptions } from "./options.ts";
import { applicationFolder } from "./trustFolders.ts";
import { UserTrustList } from "./userTrustList.ts";

/** What the bridge shows of itself as an application, and whom it trusts. */
export interface ApplicationCertificate {
  readonly own: OwnCertificate;
  readonly trustList: ClientTrustList;
}

export interface Certificates extends ApplicationCertificate {
  readonly users: UserTrustList;
}

/** A client that tries again every few seconds is named once in ten minutes. */
const WARNINGS = { periodMs: 600_000, lines: 20 };

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the trust lists and makes the server's certificate when there is none that will do. */
export async function openCertificates(options: ApplicationOptions, surroundings: Surroundings): Promise<Certificates> {
  const application = await openApplicationCertificate(options, "an OPC UA client", surroundings);
  const { clock, log } = surroundings;
  const users = new UserTrustList(
    join(options.dataDirectory, "pki", "users"),
    new BoundedWarnings(log, clock, WARNINGS),
    clock,
  );
  await users.initialize();
  return { ...application, users };
}

/** Opens the trust list of applications, which is one for clients and servers. The log calls those `about` who are not trusted. */
export async function openApplicationCertificate(
  options: ApplicationOptions,
  about: string,
  surroundings: Surroundings,
): Promise<ApplicationCertificate> {
  const root = applicationFolder(options.dataDirectory);
  await mkdir(root, { recursive: true });
  const warnings = new BoundedWarnings(surroundings.log, surroundings.clock, WARNINGS);
  const trustList = new ClientTrustList(root, warnings, { about });
  await trustList.initialize();
  return { own: await openOwnCertificate(trustList, options, surroundings), trustList };
}
