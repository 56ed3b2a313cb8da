// A rules file with line numbers, and below each line what is wrong in it.
import type { FaultView, RulesFileView } from "../../siteShapes.ts";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { Shape } from "../parts/shape.tsx";
import { text } from "../texts.ts";

interface RulesFileProps {
  readonly file: RulesFileView;
  readonly faults: readonly FaultView[];
}

export function RulesFile({ file: { file, text: content, isCut }, faults }: RulesFileProps) {
  if (content === undefined) return null;
  const lines = content.split(/\r?\n/);
  const isFaulty = faults.some(({ severity }) => severity === "error");
  return (
    <details class="file" open={isFaulty}>
      <summary>
        {faults.length > 0 && <Shape of="triangle" />} <bdi>{file}</bdi>
        {faults.length > 0 && ` – ${text("rules.faults", { count: faults.length })}`}
      </summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it must be reached by keyboard (WCAG 2.1.1) */}
      <div class="lines" tabIndex={0} role="region" aria-label={file}>
        {segmentsOf(lines, faults).map(({ from, to, below }) => (
          <div key={from}>
            <div class="numbered">
              <pre aria-hidden="true">{numbers(from, to)}</pre>
              <pre>{lines.slice(from, to).join("\n")}</pre>
            </div>
            {below.map((fault) => (
              <FaultNote key={fault.col} fault={fault} isInPlace />
            ))}
          </div>
        ))}
        {isCut === true && <p class="quiet">{text("rules.cut")}</p>}
      </div>
    </details>
  );
}

export function FaultNote({ fault, isInPlace = false }: { readonly fault: FaultView; readonly isInPlace?: boolean }) {
  const { file, line, col, severity, message, hint, excerpt } = fault;
  return (
    <div class={`fault ${severity}`}>
      <p>
        <Shape of={severity === "error" ? "diamond" : "triangle"} /> {text(`rules.${severity}`)}{" "}
        <code>{isInPlace ? `${line}:${col}` : `${file}:${line}:${col}`}</code>{" "}
        <BridgeSentence of={hint === undefined ? message : `${message}; ${hint}`} />
      </p>
      {excerpt !== "" && <pre>{excerpt}</pre>}
    </div>
  );
}

interface Segment {
  /** Indices of lines; `to` is behind the last. */
  readonly from: number;
  readonly to: number;
  readonly below: readonly FaultView[];
}

/** The lines cut behind each one that has a fault. */
function segmentsOf(lines: readonly string[], faults: readonly FaultView[]): Segment[] {
  const ends = [...new Set(faults.map(({ line }) => Math.min(line, lines.length)))].toSorted((a, b) => a - b);
  const starts = [0, ...ends];
  return starts
    .map((from, index) => ({
      from,
      to: ends[index] ?? lines.length,
      below: faults.filter(({ line }) => Math.min(line, lines.length) === ends[index]),
    }))
    .filter(({ from, to }) => to > from);
}

function numbers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => from + index + 1).join("\n");
}
