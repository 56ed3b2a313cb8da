// Every command of the charge point, each with a form made from the descriptions of its arguments.
import { useId, useState } from "preact/hooks";
import type { MethodView } from "../../shapes.ts";
import { ArgumentForm } from "../parts/argumentForm.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { text } from "../texts.ts";
import { want } from "./asking.tsx";
import { isUnderWay } from "./commandLog.ts";
import { methodsOf } from "./methods.ts";

export function CommandsPanel({ id }: { readonly id: string }) {
  const [name, setName] = useState("TriggerMessage");
  const selectId = useId();
  const methods = methodsOf("chargePoint");
  const method = methods?.find((each) => each.name === name);
  return (
    <section class="panel" aria-labelledby="commands">
      <h2 id="commands">{text("faceplate.commands")}</h2>
      {methods === undefined ? (
        <p class="quiet">{text("shell.waiting")}</p>
      ) : (
        <>
          <label for={selectId}>{text("faceplate.command")}</label>
          <select id={selectId} value={name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
            {methods
              .toSorted((a, b) => a.name.localeCompare(b.name))
              .map((each) => (
                <option key={each.name} value={each.name}>
                  {each.name}
                </option>
              ))}
          </select>
          {method !== undefined && <CommandForm key={method.name} id={id} method={method} />}
        </>
      )}
    </section>
  );
}

function CommandForm({ id, method }: { readonly id: string; readonly method: MethodView }) {
  return (
    <>
      <p class="quiet">
        <BridgeSentence of={method.description} />
      </p>
      <ArgumentForm
        method={method}
        obstacle={isUnderWay(method.name, id) ? text("order.underWay") : undefined}
        onSubmit={(payload) => want({ chargePointId: id, method: method.name, payload })}
      />
    </>
  );
}
