// Virtual methods of charge points and connectors. What a call of one does stands in methodCalls.ts.
import {
  AttributeIds,
  DataType,
  PermissionType,
  type DataValue,
  type ISessionContext,
  type RolePermissionTypeOptions,
} from "node-opcua";
import { mayActAs, type Role } from "../twin/commands.ts";
import { permissionsToCall, roleOf } from "./roles.ts";
import { VirtualNode, attribute, mayDo } from "./virtualNode.ts";

export class VirtualMethod extends VirtualNode {
  override readAttribute(context: ISessionContext | null, attributeId: AttributeIds): DataValue {
    switch (attributeId) {
      case AttributeIds.Executable:
        return attribute(DataType.Boolean, true);
      case AttributeIds.UserExecutable:
        return attribute(DataType.Boolean, this.#isUserExecutable(context));
      default:
        return super.readAttribute(context, attributeId);
    }
  }

  /** The least that may call it. */
  get #role(): Role | undefined {
    const { method, condition } = this.position.place;
    return method?.role ?? condition?.verb?.role;
  }

  override get rolePermissions(): RolePermissionTypeOptions[] | undefined {
    return this.#role === undefined ? undefined : permissionsToCall(this.#role);
  }

  #isUserExecutable(context: ISessionContext | null): boolean {
    const role = this.#role;
    if (role === undefined || !mayDo(context, this, PermissionType.Call)) return false;
    return mayActAs(roleOf(context), role);
  }
}
