// Who may charge: the local list, the cache, and the question to the central system (OCPP 1.6 §3.5, §4.1).
import type { AuthorizationStatus, IdTagInfo } from "../schema/ocpp16.generated.ts";
import { ownTime, post } from "./core.ts";
import type { ChargePointCore } from "./core.ts";

/** What the charge point knows of idTags by itself. */
export interface Authorizations {
  listVersion: number;
  list: Map<string, IdTagInfo>;
  /** Oldest first; bounded. */
  cache: Map<string, IdTagInfo>;
}

export type Permission = { status: AuthorizationStatus; parentIdTag: string | undefined };

const MOST_CACHED = 200;

export function createAuthorizations(): Authorizations {
  return { listVersion: 0, list: new Map(), cache: new Map() };
}

/** Asks where the keys say: the list or cache first with LocalPreAuthorize, the central system when online, else what is known here. */
export async function authorize(core: ChargePointCore, idTag: string): Promise<Permission> {
  const known = localInfo(core, idTag);
  if (core.keys.flag("LocalPreAuthorize") && known?.status === "Accepted") return toPermission(known);
  if (core.registration !== "Accepted" && core.registration !== "None")
    return { status: "Invalid", parentIdTag: undefined };
  if (core.registration === "None" || !core.link.isOpen) return offlinePermission(core, known);
  return new Promise((done) => {
    post(core, {
      action: "Authorize",
      payload: { idTag },
      settle: (response) => {
        if (response === undefined) return done(offlinePermission(core, known));
        remember(core, idTag, response.idTagInfo);
        done(toPermission(response.idTagInfo));
      },
    });
  });
}

/** Keeps what the central system said of an idTag, if the key AuthorizationCacheEnabled is set. */
export function remember(core: ChargePointCore, idTag: string, info: IdTagInfo): void {
  if (!core.keys.flag("AuthorizationCacheEnabled")) return;
  const { cache } = core.authorizations;
  cache.delete(idTag);
  cache.set(idTag, info);
  const [oldest] = cache.keys();
  if (cache.size > MOST_CACHED && oldest !== undefined) cache.delete(oldest);
}

/** The list beats the cache (§3.5.3); what has expired is not Accepted any more. */
function localInfo(core: ChargePointCore, idTag: string): IdTagInfo | undefined {
  const { list, cache } = core.authorizations;
  const listed = core.keys.flag("LocalAuthListEnabled") ? list.get(idTag) : undefined;
  const info = listed ?? (core.keys.flag("AuthorizationCacheEnabled") ? cache.get(idTag) : undefined);
  if (info?.expiryDate === undefined || Date.parse(info.expiryDate) > ownTime(core)) return info;
  return { ...info, status: "Expired" };
}

function offlinePermission(core: ChargePointCore, known: IdTagInfo | undefined): Permission {
  if (known !== undefined && (known.status !== "Accepted" || core.keys.flag("LocalAuthorizeOffline")))
    return toPermission(known);
  const mayCharge = known === undefined && core.keys.flag("AllowOfflineTxForUnknownId");
  return { status: mayCharge ? "Accepted" : "Invalid", parentIdTag: undefined };
}

function toPermission(info: IdTagInfo): Permission {
  return { status: info.status, parentIdTag: info.parentIdTag };
}
