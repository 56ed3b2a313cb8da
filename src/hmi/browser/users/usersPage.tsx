// Who may log in, and as what.
import "../styles/siteLists.css";
import { useState } from "preact/hooks";
import type { UserView } from "../../siteShapes.ts";
import { Needs } from "../parts/needs.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { useReading } from "../reading.ts";
import { roleText, session } from "../session.ts";
import { text } from "../texts.ts";
import { AddUser } from "./addUser.tsx";
import { ChangeUser } from "./changeUser.tsx";

export function UsersPage() {
  return (
    <div class="sections">
      <h1>{text("page.users")}</h1>
      <Needs role="administrator">
        <Users />
      </Needs>
    </div>
  );
}

function Users() {
  const { value, refusal, again } = useReading<{ readonly users: readonly UserView[] }>("/api/users");
  const [chosen, setChosen] = useState<string | undefined>(
    session.peek()?.hasOneTimePassword === true ? session.peek()?.user : undefined,
  );
  if (value === undefined)
    return refusal === undefined ? <p>{text("shell.waiting")}</p> : <RefusalNote refusal={refusal} />;
  const user = value.users.find(({ name }) => name === chosen);
  return (
    <div class="beside">
      <section class="panel">
        <RefusalNote refusal={refusal} />
        <UsersTable users={value.users} chosen={chosen} onChoose={setChosen} />
      </section>
      {user === undefined ? (
        <AddUser onDone={again} />
      ) : (
        <ChangeUser key={user.name} user={user} onDone={again} onClose={() => setChosen(undefined)} />
      )}
    </div>
  );
}

interface UsersTableProps {
  readonly users: readonly UserView[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}

function UsersTable({ users, chosen, onChoose }: UsersTableProps) {
  const sorted = users.toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <div class="wide">
      <table class="listing">
        <caption class="unseen">{text("page.users")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("users.name")}</th>
            <th scope="col">{text("users.role")}</th>
            <th scope="col">{text("users.logsInBy")}</th>
            <th scope="col">{text("users.state")}</th>
            <th scope="col">{text("users.changed")}</th>
            <th scope="col">{text("users.change")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((user) => (
            <tr key={user.name} class={user.name === chosen ? "chosen" : undefined}>
              <th scope="row">
                <bdi>{user.name}</bdi>
              </th>
              <td>{text(roleText[user.role])}</td>
              <td>{waysOf(user)}</td>
              <td>
                <UserState {...user} />
              </td>
              <td>
                <RelativeTime at={user.changedAt} />
              </td>
              <td>
                <button type="button" aria-pressed={user.name === chosen} onClick={() => onChoose(user.name)}>
                  {text("users.change")}
                  <span class="unseen"> {user.name}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function waysOf({ hasPassword, certificate }: UserView): string {
  const ways = [hasPassword && text("users.password"), certificate !== undefined && text("users.certificate")];
  return ways.filter((way) => way !== false).join(", ");
}

function UserState({ isEnabled, hasOneTimePassword }: UserView) {
  if (!isEnabled)
    return (
      <Badge shape="barred" tone="quiet">
        {text("users.disabled")}
      </Badge>
    );
  if (hasOneTimePassword !== true)
    return (
      <Badge shape="dot" tone="quiet">
        {text("users.enabled")}
      </Badge>
    );
  return (
    <Badge shape="triangle" tone="warning">
      {text("users.oneTime")}
    </Badge>
  );
}
