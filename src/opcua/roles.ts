// Who may do what: the bridge's roles as the well-known roles of OPC 10000-3 §4.9. Whatever is not granted here is denied.
import {
  MessageSecurityMode,
  PermissionType,
  RolePermissionType,
  WellKnownRoles,
  resolveNodeId,
  sameNodeId,
  type AddressSpace,
  type BaseNode,
  type ISessionContext,
  type NodeId,
  type RolePermissionTypeOptions,
} from "node-opcua";
import { isLoopback } from "../settings/hosts.ts";
import { roles, type Requester, type Role } from "../twin/commands.ts";

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

const ofUsers = new Map(
  roles.map((role) => [
    role,
    [WellKnownRoles.AuthenticatedUser, ...wellKnownRoles[role]].map((id) => resolveNodeId(id)),
  ]),
);

/** The same of one who has logged in. It is asked for with every node that is read, and made once. */
export function rolesOfUser(role: Role): NodeId[] {
  return ofUsers.get(role) ?? [];
}

/** The greatest role of the bridge whose well-known roles a session has; who has no session has no right. */
export function roleOf(context: ISessionContext | null | undefined): Role {
  if (context?.session === undefined) return "none";
  const has = new Set(context.getCurrentUserRoles().map(String));
  const held = roles.filter((role) => wellKnownRoles[role].every((id) => has.has(resolveNodeId(id).toString())));
  return held.at(-1) ?? "none";
}

/** Who a session is, for the road out. */
export function requesterOf(context: ISessionContext | null | undefined, via: Requester["via"]): Requester {
  const user = context?.session === undefined ? "unknown" : context.getUserName();
  return { via, role: roleOf(context), user, isPrivate: isPrivate(context) };
}

/** Whether nobody can read what a session sends: encrypted, or from this machine itself. */
function isPrivate(context: ISessionContext | null | undefined): boolean {
  // The server's own channels know the address; the interface of the library does not say so.
  const channel: { readonly securityMode: MessageSecurityMode; readonly remoteAddress?: string } | undefined =
    context?.session?.channel;
  if (channel === undefined) return false;
  return channel.securityMode === MessageSecurityMode.SignAndEncrypt || isLoopback(channel.remoteAddress ?? "");
}

/** The well-known roles of those that may observe, from the least. */
const observers = [
  WellKnownRoles.Observer,
  WellKnownRoles.Operator,
  WellKnownRoles.Engineer,
  WellKnownRoles.ConfigureAdmin,
  WellKnownRoles.SecurityAdmin,
];

/** What a role may do with a node; administrators also see what others may. */
function permission(roleId: WellKnownRoles, granted: PermissionType): RolePermissionTypeOptions {
  const isAdministrator = roleId === WellKnownRoles.SecurityAdmin;
  return { roleId, permissions: isAdministrator ? granted | PermissionType.ReadRolePermissions : granted };
}

/** What `least` and all above it are granted, and those below it. */
function permissionsFrom(least: Role, granted: PermissionType, others = OBSERVE): RolePermissionTypeOptions[] {
  const below = new Set(wellKnownRoles[roles[roles.indexOf(least) - 1] ?? "none"]);
  return observers.map((roleId) => permission(roleId, below.has(roleId) ? others : granted));
}

/** They are looked at with every read, and made once. */
const toCall = new Map(roles.map((role) => [role, permissionsFrom(role, CALL)]));
const toWrite = new Map(roles.map((role) => [role, permissionsFrom(role, OBSERVE | PermissionType.Write)]));

/** Permissions of a method that `least` and all above it may call, and all others may see. */
export function permissionsToCall(least: Role): RolePermissionTypeOptions[] {
  return toCall.get(least) ?? [];
}

/** The same of a variable that they may read. */
export function permissionsToRead(least: Role): RolePermissionTypeOptions[] {
  return permissionsFrom(least, OBSERVE, PermissionType.Browse);
}

/** The same of a variable that they may write. */
export function permissionsToWrite(least: Role): RolePermissionTypeOptions[] {
  return toWrite.get(least) ?? [];
}

/** RolePermissions as an attribute shows them (OPC 10000-3 §5.2.9); of a session those of its own roles alone (§5.2.10). */
export function shownPermissions(
  permissions: readonly RolePermissionTypeOptions[],
  context?: ISessionContext,
): RolePermissionType[] {
  const has = context === undefined ? undefined : new Set(context.getCurrentUserRoles().map(String));
  return permissions
    .map(({ roleId, permissions: granted = 0 }) => ({
      roleId: resolveNodeId(roleId as WellKnownRoles),
      permissions: granted,
    }))
    .filter(({ roleId }) => has === undefined || has.has(roleId.toString()))
    .map((each) => new RolePermissionType(each));
}

const administrator = resolveNodeId(WellKnownRoles.SecurityAdmin);

/** The same permissions, with which administrators also receive events; of a role the first entry counts. */
function withEvents(own: readonly RolePermissionTypeOptions[]): RolePermissionTypeOptions[] {
  const isAdministrators = ({ roleId }: RolePermissionTypeOptions): boolean =>
    roleId !== undefined && roleId !== null && sameNodeId(resolveNodeId(roleId), administrator);
  const { permissions = 0 } = own.find(isAdministrators) ?? {};
  const granted = { roleId: administrator, permissions: permissions | PermissionType.ReceiveEvents };
  return [...own.filter((entry) => !isAdministrators(entry)), granted];
}

interface HasNodes {
  nodeIterator(): Iterable<BaseNode>;
}

/**
 * Grants every namespace what its roles may do by default; nodes with permissions of their own keep those. The published nodesets let
 * administrators do everything with theirs but receive events of them, such as those that tell who has written there.
 */
export function grantDefaults(addressSpace: AddressSpace): void {
  for (const namespace of addressSpace.getNamespaceArray())
    namespace.setDefaultRolePermissions(observers.map((roleId) => permission(roleId, CALL)));
  for (const namespace of addressSpace.getNamespaceArray())
    for (const node of (namespace as unknown as HasNodes).nodeIterator())
      if (node.rolePermissions) node.setRolePermissions(withEvents(node.rolePermissions));
  // Its own permissions, of the published nodeset, let administrators alone read the history of what every observer sees there live.
  const { server } = addressSpace.rootFolder.objects;
  const ours = observers.map((roleId) => ({ roleId, permissions: OBSERVE }));
  server.setRolePermissions([...(server.rolePermissions ?? []), ...ours]);
}
