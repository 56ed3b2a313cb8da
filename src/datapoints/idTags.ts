// The object of the list of id tags: its methods and what it shows. What is done by them stands in app/changeIdTags.ts.
import type { Argument } from "./arguments.ts";
import { roleForKind } from "./commandRoles.ts";
import type { Method } from "./methods.ts";

const idTag = argument("IdTag", "String", "Id tag; case does not matter. At most 20 characters");
const status = argument("Status", "AuthorizationStatus", "Accepted, Blocked, Expired or Invalid");
const expiryDate = optional("ExpiryDate", "DateTime", "From then on it is Expired; never when left empty");
const parentIdTag = optional("ParentIdTag", "String", "Group that it belongs to; none when left empty");

/** Nobody's: it concerns no charge point. */
const chargePointId = "";

export const idTagMethods: readonly Method[] = [
  {
    name: "Set",
    description: "Adds an id tag to the list, or changes what is said of it",
    inputs: [idTag, status, expiryDate, parentIdTag],
    outputs: [],
    role: roleForKind("setIdTag"),
    command: (_, { idTag: id, status: said, ...rest }) => ({
      kind: "setIdTag",
      chargePointId,
      idTag: String(id),
      status: String(said),
      ...rest,
    }),
  },
  {
    name: "Remove",
    description: "Takes an id tag out of the list",
    inputs: [idTag],
    outputs: [],
    role: roleForKind("removeIdTag"),
    command: (_, { idTag: id }) => ({ kind: "removeIdTag", chargePointId, idTag: String(id) }),
  },
  {
    name: "Find",
    description: "What the list says of an id tag now; Invalid of one that is not in it",
    inputs: [idTag],
    outputs: [status, expiryDate, parentIdTag, argument("Found", "Boolean", "Whether it is in the list")],
    role: roleForKind("findIdTag"),
    command: (_, { idTag: id }) => ({ kind: "findIdTag", chargePointId, idTag: String(id) }),
  },
];

function argument(name: string, type: Argument["type"], description: string): Argument {
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  const isEnumeration = type === "AuthorizationStatus";
  return { name, field, type, isEnumeration, isList: false, isJson: false, isRequired: true, description };
}

function optional(name: string, type: Argument["type"], description: string): Argument {
  return { ...argument(name, type, description), isRequired: false };
}
