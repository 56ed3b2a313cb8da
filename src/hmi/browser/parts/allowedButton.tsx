// A button for something that needs a role. Whoever may not sees it disabled, and why.
import type { ComponentChildren } from "preact";
import type { Role } from "../../../twin/commands.ts";
import { whyNot } from "../session.ts";

interface AllowedButtonProps {
  readonly role: Role;
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  /** Why it cannot be done at present, whoever wants it. */
  readonly obstacle?: string | undefined;
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
  const reason = whyNot(role) ?? obstacle;
  return (
    <button type={type} disabled={reason !== undefined || isBusy} title={reason} onClick={onClick}>
      {children}
    </button>
  );
}
