// A part of a page that needs a role: whoever has not got it reads why.
import type { ComponentChildren } from "preact";
import type { Role } from "../../../twin/commands.ts";
import { whyNot } from "../session.ts";
import { Shape } from "./shape.tsx";

export function Needs({ role, children }: { readonly role: Role; readonly children: ComponentChildren }) {
  const reason = whyNot(role);
  if (reason === undefined) return <>{children}</>;
  return (
    <p class="quiet">
      <Shape of="barred" /> {reason}
    </p>
  );
}
