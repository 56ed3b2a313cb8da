// What is measured at a connector now: power, energy, vehicle, the three phases, and the current against its limits.
import type { ComponentChildren } from "preact";
import type { ConnectorRow, DatapointValue } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { LimitBar } from "../parts/limitBar.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { text, type TextKey } from "../texts.ts";
import { currentAt, limitAt, measuredOf, numberOf, phases, type Measured } from "./meterPaths.ts";

export function MeterPanel({ connector: { id } }: { readonly connector: ConnectorRow }) {
  return (
    <section class="panel" aria-labelledby="meter">
      <h2 id="meter">{text("faceplate.meter")}</h2>
      <dl class="figures">
        <Figure label="chargePoints.power" datapoint={measuredOf(id, "power")} unit="W" />
        <Figure label="faceplate.energy" datapoint={datapointOf(id, "Transaction/Energy")} unit="Wh" />
        <Figure label="faceplate.soc" datapoint={measuredOf(id, "soc")} unit="%" />
        <Figure label="faceplate.temperature" datapoint={measuredOf(id, "temperature")} unit="°C" />
      </dl>
      <Limits connector={id} />
      <Phases connector={id} />
    </section>
  );
}

interface FigureProps {
  readonly label: TextKey;
  readonly datapoint: DatapointValue | undefined;
  readonly unit: string;
}

function Figure({ label, datapoint, unit }: FigureProps) {
  return (
    <div>
      <dt>{text(label)}</dt>
      <dd class="figure">
        <Of datapoint={datapoint} unit={unit} />
      </dd>
    </div>
  );
}

function Of({ datapoint, unit }: Omit<FigureProps, "label">) {
  return (
    <Quantity
      value={numberOf(datapoint)}
      unit={unit}
      {...(datapoint !== undefined && { quality: datapoint.quality })}
    />
  );
}

function Limits({ connector }: { readonly connector: number }) {
  const commanded = datapointOf(connector, "LimitCommanded");
  const offered = measuredOf(connector, "offered");
  const current = currentAt(connector);
  return (
    <>
      <dl class="limits">
        <Line name={text("faceplate.measured")}>
          <Quantity value={current?.value} unit="A" {...(current !== undefined && { quality: current.quality })} />
        </Line>
        <Line name={text("faceplate.offered")}>
          <Of datapoint={offered} unit="A" />
        </Line>
        <Line name={text("faceplate.commanded")}>
          {numberOf(commanded) === undefined ? (
            <span class="quiet">{text("faceplate.noLimit")}</span>
          ) : (
            <Of datapoint={commanded} unit="A" />
          )}
        </Line>
      </dl>
      <div class="limits-bar">
        <CurrentBar connector={connector} />
      </div>
    </>
  );
}

/** The current against the limit that counts. What is not certain is never said to be over it. */
export function CurrentBar({ connector }: { readonly connector: number }) {
  const current = currentAt(connector);
  const limit = limitAt(connector);
  return (
    <LimitBar
      label={text("chargePoints.currentOfLimit")}
      value={current?.value}
      limit={limit?.value}
      unit="A"
      isStale={current?.quality !== "Good" || limit?.quality !== "Good"}
    />
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const columns = [
  { of: "voltage", unit: "V", label: "faceplate.voltage" },
  { of: "current", unit: "A", label: "faceplate.current" },
  { of: "power", unit: "W", label: "chargePoints.power" },
] as const satisfies readonly { readonly of: Measured; readonly unit: string; readonly label: TextKey }[];

function Phases({ connector }: { readonly connector: number }) {
  return (
    <table class="facts phases">
      <thead>
        <tr>
          <th scope="col">{text("faceplate.phase")}</th>
          {columns.map(({ of, label }) => (
            <th key={of} scope="col" class="is-number">
              {text(label)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {phases.map((phase) => (
          <tr key={phase}>
            <th scope="row">{phase}</th>
            {columns.map(({ of, unit }) => (
              <td key={of} class="is-number">
                <Of datapoint={measuredOf(connector, of, phase)} unit={unit} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
