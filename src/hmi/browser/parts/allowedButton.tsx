// A button for something that needs a role and the bridge. Whoever may not sees it disabled, and why; so does everybody while there is no
// connection, for what is clicked then must not be done later.
import type { ComponentChildren } from "preact";
import type { Role } from "../../../twin/commands.ts";
import { connection } from "../live.ts";
import { whyNot } from "../session.ts";
import { text } from "../texts.ts";

interface AllowedButtonProps {
  readonly role: Role;
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  /** Why it cannot be done at present, whoever wants it. */
  readonly obstacle?: string | undefined;
  /** What was wanted before has no answer yet. */
  readonly isBusy?: boolean;
}

export function AllowedButton({
  role,
  children,
  onClick,
  type = "button",
  obstacle,
  isBusy = false,
}: AllowedButtonProps) {
  const reason =
    whyNot(role) ??
    (connection.value === "open" ? undefined : text("order.noConnection")) ??
    (isBusy ? text("order.busy") : obstacle);
  return (
    <button type={type} disabled={reason !== undefined} title={reason} onClick={onClick}>
      {children}
    </button>
  );
}
