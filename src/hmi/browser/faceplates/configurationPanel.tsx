// The configuration keys of the charge point (OCPP 1.6 §5.3, §5.8): searched, changed one by one, held against what the settings want.
import { useState } from "preact/hooks";
import type { DatapointValue } from "../../shapes.ts";
import { datapointOf, datapoints } from "../chargePoint.ts";
import { numberText } from "../numbers.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { QualityMark } from "../parts/quantity.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { text } from "../texts.ts";
import { want } from "./asking.tsx";
import { parsed } from "./value.tsx";

const GROUP = "Configuration/";

export function ConfigurationPanel({ id }: { readonly id: string }) {
  const [sought, setSought] = useState("");
  const keys = [...datapoints.value.values()].filter(
    ({ connector, path }) => connector === 0 && path.startsWith(GROUP),
  );
  const shown = keys.filter(({ path }) => path.slice(GROUP.length).toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <section class="panel is-whole" aria-labelledby="configuration">
      <h2 id="configuration">{text("faceplate.configuration")}</h2>
      <Differences id={id} />
      <div class="filter">
        <label>
          {text("faceplate.searchKey")}
          <input
            type="search"
            maxLength={50}
            value={sought}
            onInput={({ currentTarget }) => setSought(currentTarget.value)}
          />
        </label>
        <AllowedButton
          role="operator"
          onClick={() => want({ kind: "call", chargePointId: id, action: "GetConfiguration", payload: {} })}
        >
          {text("faceplate.readConfiguration")}
        </AllowedButton>
        <output>{text("chargePoints.shown", { shown: numberText(shown.length), all: numberText(keys.length) })}</output>
      </div>
      {keys.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard (WCAG 2.1.1)
        <div class="keys" tabIndex={0} role="group" aria-labelledby="configuration">
          <table class="facts">
            <tbody>
              {shown.map((key) => (
                <Key key={key.path} id={id} datapoint={key} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Key({ id, datapoint }: { readonly id: string; readonly datapoint: DatapointValue }) {
  const { path, value, quality, writableBy, isSecret } = datapoint;
  const key = path.slice(GROUP.length);
  const now = typeof value === "string" ? value : "";
  return (
    <tr>
      <th scope="row">
        <bdi>{key}</bdi>
      </th>
      <td>
        <QualityMark quality={quality} />{" "}
        {isSecret === true ? <span class="quiet">{text("faceplate.secret")}</span> : <bdi>{now}</bdi>}
      </td>
      <td class="key-change">
        {writableBy === undefined ? (
          <span class="quiet">{text("faceplate.readOnly")}</span>
        ) : (
          <KeyForm key={now} id={id} name={key} now={now} role={writableBy} isSecret={isSecret === true} />
        )}
      </td>
    </tr>
  );
}

interface KeyFormProps {
  readonly id: string;
  readonly name: string;
  readonly now: string;
  readonly role: NonNullable<DatapointValue["writableBy"]>;
  readonly isSecret: boolean;
}

/** The field opens when somebody wants to change it: forty open ones would show each value twice. */
function KeyForm({ id, name, now, role, isSecret }: KeyFormProps) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <AllowedButton role={role} onClick={() => setOpen(true)}>
        {text("faceplate.change")} <span class="unseen">{name}</span>
      </AllowedButton>
    );
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const value = new FormData(event.currentTarget).get("value");
    const payload = { key: name, value: typeof value === "string" ? value : "" };
    want({ kind: "call", chargePointId: id, action: "ChangeConfiguration", payload });
    setOpen(false);
  };
  // OCPP 1.6 §6.9: CiString500Type
  const shared = { name: "value", maxLength: 500, "aria-label": text("faceplate.newValue", { key: name }) } as const;
  return (
    <form onSubmit={submit}>
      {isSecret ? (
        <input {...shared} type="password" autocomplete="new-password" />
      ) : (
        <input {...shared} autocomplete="off" defaultValue={now} />
      )}
      <AllowedButton type="submit" role={role}>
        {text("faceplate.write")}
      </AllowedButton>
      <button type="button" onClick={() => setOpen(false)}>
        {text("confirm.cancel")}
      </button>
    </form>
  );
}

interface Difference {
  readonly key: string;
  readonly desired?: string;
  readonly found?: string;
  readonly readonly?: boolean;
}

function Differences({ id }: { readonly id: string }) {
  const told = parsed(datapointOf(0, "State/ConfigurationDifferences"));
  const differences = Array.isArray(told) ? (told as readonly Difference[]) : [];
  if (differences.length === 0) return <p class="quiet">{text("faceplate.noDifferences")}</p>;
  return (
    <div class="differences">
      <p>
        <Badge shape="triangle" tone="warning">
          {text("faceplate.differences", { count: numberText(differences.length) })}
        </Badge>
      </p>
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">{text("faceplate.key")}</th>
            <th scope="col">{text("faceplate.found")}</th>
            <th scope="col">{text("faceplate.desired")}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ key, found, desired, readonly }) => (
            <tr key={key}>
              <th scope="row">
                <bdi>{key}</bdi>
              </th>
              <td>
                <bdi>{found ?? "–"}</bdi>
              </td>
              <td>
                <bdi>{desired ?? "–"}</bdi> {readonly === true && <>({text("faceplate.readOnly")})</>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AllowedButton role="engineer" onClick={() => want({ kind: "applyConfiguration", chargePointId: id })}>
        {text("faceplate.apply")}
      </AllowedButton>
    </div>
  );
}
