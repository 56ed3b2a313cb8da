// The choice of a role, from the least to the most.
import { roleText } from "../session.ts";
import { text } from "../texts.ts";

const roles = ["observer", "operator", "engineer", "administrator"] as const;

export function RoleSelect({ role }: { readonly role: (typeof roles)[number] }) {
  return (
    <label class="field">
      {text("users.role")}
      <select name="role">
        {roles.map((each) => (
          <option key={each} value={each} selected={each === role}>
            {text(roleText[each])}
          </option>
        ))}
      </select>
    </label>
  );
}
