// Who may do what: the bridge's roles as the well-known roles of OPC 10000-3 §4.9. Whatever is not granted here is denied.
import {
  PermissionType,
  WellKnownRoles,
  resolveNodeId,
  type AddressSpace,
  type NodeId,
  type OPCUAServer,
} from "node-opcua";
import type { Role } from "../twin/commands.ts";

const OBSERVE = PermissionType.Browse | PermissionType.Read | PermissionType.ReadHistory | PermissionType.ReceiveEvents;
// Methods of the Server object (GetMonitoredItems, ResendData) are part of observing; each method checks its own role.
const CALL = OBSERVE | PermissionType.Call;

/** Each role of the bridge with the well-known roles that it has. */
const wellKnownRoles: Readonly<Record<Role, readonly WellKnownRoles[]>> = {
  none: [],
  observer: [WellKnownRoles.Observer],
  operator: [WellKnownRoles.Observer, WellKnownRoles.Operator],
  engineer: [WellKnownRoles.Observer, WellKnownRoles.Operator, WellKnownRoles.Engineer, WellKnownRoles.ConfigureAdmin],
  administrator: [
    WellKnownRoles.Observer,
    WellKnownRoles.Operator,
    WellKnownRoles.Engineer,
    WellKnownRoles.ConfigureAdmin,
    WellKnownRoles.SecurityAdmin,
  ],
};

/** The well-known roles of an anonymous user, Anonymous first. */
export function rolesOfAnonymous(role: Role): NodeId[] {
  return [WellKnownRoles.Anonymous, ...wellKnownRoles[role]].map((id) => resolveNodeId(id));
}

/** Grants every namespace what its roles may do by default; nodes with permissions of their own keep those. */
export function grantDefaults(addressSpace: AddressSpace): void {
  const observers = [
    WellKnownRoles.Observer,
    WellKnownRoles.Operator,
    WellKnownRoles.Engineer,
    WellKnownRoles.ConfigureAdmin,
    WellKnownRoles.SecurityAdmin,
  ];
  for (const namespace of addressSpace.getNamespaceArray())
    namespace.setDefaultRolePermissions(observers.map((roleId) => ({ roleId, permissions: CALL })));
}

export function assignRoles(server: OPCUAServer, anonymousRole: Role): void {
  const anonymous = rolesOfAnonymous(anonymousRole);
  server.setRolePolicyOverride({
    getUserRoles: (user) => (user === "anonymous" ? anonymous : null),
  });
}
