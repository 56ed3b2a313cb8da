// What can be changed of one user; each change is an order of its own.
import type { Refused } from "../refused.ts";
import { useState } from "preact/hooks";
import type { AccountCommand } from "../../../twin/commands.ts";
import type { UserView } from "../../siteShapes.ts";
import { fileIn, textsIn, type FormSubmit } from "../forms.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { session } from "../session.ts";
import { text, type TextKey } from "../texts.ts";
import { certificateIn } from "./certificateFile.ts";
import { RoleSelect } from "./roleSelect.tsx";

interface ChangeUserProps {
  readonly user: UserView;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What somebody is asked about before it is done. */
interface Asked {
  readonly act: "disable" | "remove" | "setOwnRole";
  readonly command: AccountCommand;
}

const questions: Readonly<Record<Asked["act"], TextKey>> = {
  disable: "users.disableQuestion",
  remove: "users.removeQuestion",
  setOwnRole: "users.ownRoleQuestion",
};
const verbs: Readonly<Record<Asked["act"], TextKey>> = {
  disable: "users.disable",
  remove: "users.remove",
  setOwnRole: "users.setRole",
};

export function ChangeUser({ user, onDone, onClose }: ChangeUserProps) {
  const { name, isEnabled } = user;
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const [done, setDone] = useState("");
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const order = useOrder();
  const isBusy = order.isBusy.value;
  const send = async (command: AccountCommand) => {
    setAsked(undefined);
    const answer = await order.send(command);
    setRefusal(answer.kind === "refusal" ? answer : undefined);
    setDone(answer.kind === "answer" ? text("users.done") : "");
    onDone();
  };
  const common = { chargePointId: "", name } as const;
  const isOwn = session.value?.user === name;
  const setRole = (role: string) => {
    const command = { ...common, kind: "setAccountRole", role } as const;
    // Whoever takes a right from themselves cannot give it back.
    if (isOwn && role !== user.role) setAsked({ act: "setOwnRole", command });
    else void send(command);
  };
  return (
    <section class="panel sections" aria-labelledby="change-user">
      <div class="heading">
        <h2 id="change-user">
          <bdi>{name}</bdi>
        </h2>
        <button type="button" onClick={onClose}>
          {text("users.close")}
        </button>
      </div>
      {user.hasOneTimePassword === true && <p class="refusal">{text("users.replaceOneTime")}</p>}
      <RefusalNote refusal={refusal} />
      <span role="status">{done}</span>
      <PasswordForm
        isOwn={isOwn}
        isBusy={isBusy}
        onSubmit={(password) => void send({ ...common, kind: "setAccountPassword", password })}
      />
      <RoleForm user={user} isBusy={isBusy} onSubmit={setRole} />
      <CertificateForm
        user={user}
        isBusy={isBusy}
        onSubmit={(certificate) => void send({ ...common, kind: "setAccountCertificate", certificate })}
      />
      <Acts
        isEnabled={isEnabled}
        isBusy={isBusy}
        onEnable={() => void send({ ...common, kind: "enableAccount", isEnabled: true })}
        onDisable={() => setAsked({ act: "disable", command: { ...common, kind: "enableAccount", isEnabled: false } })}
        onRemove={() => setAsked({ act: "remove", command: { ...common, kind: "removeAccount" } })}
      />
      {asked !== undefined && (
        <ConfirmDialog
          question={text(questions[asked.act], { name })}
          verb={text(verbs[asked.act])}
          onConfirm={() => void send(asked.command)}
          onCancel={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

interface ActsProps {
  readonly isEnabled: boolean;
  readonly isBusy: boolean;
  readonly onEnable: () => void;
  readonly onDisable: () => void;
  readonly onRemove: () => void;
}

function Acts({ isEnabled, isBusy, onEnable, onDisable, onRemove }: ActsProps) {
  return (
    <div class="actions">
      <AllowedButton role="administrator" isBusy={isBusy} onClick={isEnabled ? onDisable : onEnable}>
        {text(isEnabled ? "users.disable" : "users.enable")}
      </AllowedButton>
      <AllowedButton role="administrator" isBusy={isBusy} onClick={onRemove}>
        {text("users.remove")}
      </AllowedButton>
    </div>
  );
}

interface ChangeFormProps {
  readonly isBusy: boolean;
  readonly onSubmit: (written: string) => void;
}

function PasswordForm(props: ChangeFormProps & { readonly isOwn: boolean }) {
  const submit = (event: FormSubmit) => {
    event.preventDefault();
    props.onSubmit(textsIn(event.currentTarget)["password"] ?? "");
    event.currentTarget.reset();
  };
  return (
    <form class="arguments" aria-label={text("users.newPassword")} onSubmit={submit}>
      <label class="field">
        {text("users.newPassword")}
        <input name="password" type="password" required maxLength={256} autocomplete="new-password" />
        <small>{text(props.isOwn ? "users.ownPasswordHelp" : "users.passwordHelp")}</small>
      </label>
      <AllowedButton role="administrator" type="submit" isBusy={props.isBusy}>
        {text("users.setPassword")}
      </AllowedButton>
    </form>
  );
}

function RoleForm(props: ChangeFormProps & { readonly user: UserView }) {
  const submit = (event: FormSubmit) => {
    event.preventDefault();
    props.onSubmit(textsIn(event.currentTarget)["role"] ?? "");
  };
  return (
    <form class="arguments" aria-label={text("users.role")} onSubmit={submit}>
      <RoleSelect role={props.user.role} />
      <AllowedButton role="administrator" type="submit" isBusy={props.isBusy}>
        {text("users.setRole")}
      </AllowedButton>
    </form>
  );
}

function CertificateForm(props: ChangeFormProps & { readonly user: UserView }) {
  const { certificate } = props.user;
  const submit = (event: FormSubmit) => {
    event.preventDefault();
    void certificateIn(fileIn(event.currentTarget, "certificate")).then((read) => props.onSubmit(read ?? ""));
  };
  return (
    <form class="arguments" aria-label={text("users.certificate")} onSubmit={submit}>
      <label class="field">
        {text("users.certificate")}
        <input name="certificate" type="file" accept=".pem,.der,.crt,.cer" required />
        <small>
          {certificate === undefined
            ? text("users.certificateHelp")
            : text("users.certificateNow", { certificate: certificate.slice(0, 16) })}
        </small>
      </label>
      <AllowedButton role="administrator" type="submit" isBusy={props.isBusy}>
        {text("users.setCertificate")}
      </AllowedButton>
    </form>
  );
}
