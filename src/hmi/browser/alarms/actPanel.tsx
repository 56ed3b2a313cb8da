// What is done to the alarms that are selected, and what has come of each: one request after the other, nothing tried again.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { AlarmAct, AlarmOutcome } from "../../../twin/alarms.ts";
import type { Role } from "../../../twin/commands.ts";
import type { AlarmRow } from "../../shapes.ts";
import { keyOf } from "../alarms.ts";
import { post } from "../api.ts";
import type { Refused } from "../refused.ts";
import { alarmName } from "../bridgeSentences.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { RefusalSentence } from "../parts/refusalNote.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { Shape } from "../parts/shape.tsx";
import { rights } from "../rights.ts";
import { isTextKey, text } from "../texts.ts";

/** Up to 24 h, as long as an alarm can be shelved (OPC 10000-9 §5.8.2: MaxTimeShelved). */
const MINUTES = [5, 15, 60, 240, 480, 1440] as const;
const MINUTE_MS = 60_000;
const LONGEST_COMMENT = 1000;

interface Result {
  readonly alarm: AlarmRow;
  readonly act: AlarmAct["kind"];
  /** Undefined while there is no answer. */
  readonly outcome?: AlarmOutcome;
  /** Why it was not judged at all. */
  readonly refusal?: Refused;
}

/** Makes the act that is wanted of one alarm. */
type Make = (alarm: AlarmRow) => AlarmAct;

export function ActPanel({ selected }: { readonly selected: readonly AlarmRow[] }) {
  const comment = useSignal("");
  const results = useSignal<readonly Result[]>([]);
  const isBusy = useSignal(false);
  const act = async (make: Make) => {
    // A second run would write into the results of the first.
    if (isBusy.peek()) return;
    isBusy.value = true;
    const written = comment.peek();
    const done: Result[] = [];
    for (const alarm of selected) {
      const wanted = make(alarm);
      results.value = [...done, { alarm, act: wanted.kind }];
      done.push(await actOn(alarm, wanted));
    }
    results.value = done;
    if (comment.peek() === written) comment.value = "";
    isBusy.value = false;
  };
  const shared = { selected, act: (make: Make) => void act(make), isBusy: isBusy.value };
  return (
    <section class="acts" aria-label={text("alarms.acts")}>
      <Chosen selected={selected} />
      <div class="act-buttons">
        <label class="comment">
          {text("alarms.comment")}
          <input
            value={comment.value}
            maxLength={LONGEST_COMMENT}
            onInput={({ currentTarget }) => {
              comment.value = currentTarget.value;
            }}
          />
        </label>
        <Marking {...shared} comment={comment.value.trim()} />
        <Shelving {...shared} />
        <Enabling {...shared} />
      </div>
      <Results results={results.value} />
    </section>
  );
}

/** What is selected, in full where it is one: the table cuts what is long. */
function Chosen({ selected }: { readonly selected: readonly AlarmRow[] }) {
  const [only] = selected;
  if (only === undefined) return <p class="quiet">{text("alarms.noneSelected")}</p>;
  if (selected.length > 1) return <p>{text("alarms.selected", { count: selected.length })}</p>;
  return (
    <p class="sentence">
      <strong>
        <bdi>{nameOf(only)}</bdi>
      </strong>
      : <BridgeSentence of={only.message} /> ({exactTime(only.at)})
      {only.comment !== "" && (
        <>
          <br />
          {text("alarms.lastComment")} <bdi>{only.comment}</bdi>
        </>
      )}
      {only.user !== "" && (
        <>
          {" "}
          – <bdi>{only.user}</bdi>
        </>
      )}
    </p>
  );
}

interface Acting {
  readonly selected: readonly AlarmRow[];
  readonly act: (make: Make) => void;
  /** What was wanted last is not done yet. */
  readonly isBusy: boolean;
}

/** A comment goes with whatever is done. */
function Marking({ selected, act, isBusy, comment }: Acting & { readonly comment: string }) {
  const mark = (kind: "acknowledge" | "confirm" | "addComment") => () =>
    act(({ sequence }) => ({ kind, sequence, ...(comment !== "" && { comment }) }));
  return (
    <>
      <ActButton
        selected={selected}
        isBusy={isBusy}
        fits={({ acknowledged, enabled }) => enabled && !acknowledged}
        onClick={mark("acknowledge")}
      >
        {text("alarms.act.acknowledge")}
      </ActButton>
      <ActButton
        selected={selected}
        isBusy={isBusy}
        fits={({ confirmed, acknowledged }) => acknowledged && !confirmed}
        onClick={mark("confirm")}
      >
        {text("alarms.act.confirm")}
      </ActButton>
      <ActButton
        selected={selected}
        isBusy={isBusy}
        fits={({ enabled }) => enabled}
        obstacle={comment === "" ? text("alarms.noComment") : undefined}
        onClick={mark("addComment")}
      >
        {text("alarms.act.addComment")}
      </ActButton>
    </>
  );
}

function Shelving({ selected, act, isBusy }: Acting) {
  const minutes = useSignal("60");
  const shelve = () =>
    act(() =>
      minutes.value === ""
        ? { kind: "oneShotShelve" }
        : { kind: "timedShelve", milliseconds: Number(minutes.value) * MINUTE_MS },
    );
  return (
    <>
      <label>
        {text("alarms.shelveFor")}
        <select
          value={minutes.value}
          onChange={({ currentTarget }) => {
            minutes.value = currentTarget.value;
          }}
        >
          {MINUTES.map((each) => (
            <option key={each} value={each}>
              {each < 60 ? text("alarms.minutes", { count: each }) : text("alarms.hours", { count: each / 60 })}
            </option>
          ))}
          <option value="">{text("alarms.oneShot")}</option>
        </select>
      </label>
      <ActButton selected={selected} isBusy={isBusy} fits={({ enabled }) => enabled} onClick={shelve}>
        {text("alarms.act.timedShelve")}
      </ActButton>
      <ActButton
        selected={selected}
        isBusy={isBusy}
        fits={({ shelving }) => shelving !== "Unshelved"}
        onClick={() => act(() => ({ kind: "unshelve" }))}
      >
        {text("alarms.act.unshelve")}
      </ActButton>
    </>
  );
}

function Enabling({ selected, act, isBusy }: Acting) {
  const isAsking = useSignal(false);
  const ask = (wanted: boolean) => () => {
    isAsking.value = wanted;
  };
  return (
    <>
      <ActButton
        least={rights.enableAlarm}
        isBusy={isBusy}
        selected={selected}
        fits={({ enabled }) => enabled}
        onClick={ask(true)}
      >
        {text("alarms.act.disable")}
      </ActButton>
      <ActButton
        least={rights.enableAlarm}
        selected={selected}
        isBusy={isBusy}
        fits={({ enabled }) => !enabled}
        onClick={() => act(() => ({ kind: "enable" }))}
      >
        {text("alarms.act.enable")}
      </ActButton>
      {isAsking.value && (
        <ConfirmDialog
          question={text("alarms.disableQuestion", { names: selected.map(nameOf).join(", ") })}
          verb={text("alarms.act.disable")}
          onConfirm={() => {
            isAsking.value = false;
            act(() => ({ kind: "disable" }));
          }}
          onCancel={ask(false)}
        >
          <p>{text("alarms.disableMeans")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface ActButtonProps {
  readonly selected: readonly AlarmRow[];
  /** It can be done to one of those that are selected; the others are told why not. */
  readonly fits: (alarm: AlarmRow) => boolean;
  readonly isBusy: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly least?: Role;
  readonly obstacle?: string | undefined;
}

function ActButton(props: ActButtonProps) {
  const { selected, fits, isBusy, onClick, children, least = rights.markAlarm, obstacle } = props;
  const reason =
    selected.length === 0 ? text("alarms.noneSelected") : selected.some(fits) ? obstacle : text("alarms.noneFitsAct");
  return (
    <AllowedButton role={least} obstacle={reason} isBusy={isBusy} onClick={onClick}>
      {children}
    </AllowedButton>
  );
}

function Results({ results }: { readonly results: readonly Result[] }) {
  return (
    <ul class="results" role="status" aria-label={text("alarms.results")}>
      {results.map(({ alarm, act, outcome, refusal }) => (
        <li key={keyOf(alarm)}>
          {(refusal !== undefined || (outcome !== undefined && outcome !== "Done")) && <Shape of="triangle" />}{" "}
          <bdi>{nameOf(alarm)}</bdi>: {text(`alarms.act.${act}`)} –{" "}
          {refusal === undefined ? <bdi>{outcomeText(outcome)}</bdi> : <RefusalSentence refusal={refusal} />}
        </li>
      ))}
    </ul>
  );
}

function outcomeText(outcome: AlarmOutcome | undefined): string {
  if (outcome === undefined) return text("order.waiting");
  const key = `alarms.outcome.${outcome}`;
  return isTextKey(key) ? text(key) : outcome;
}

async function actOn(alarm: AlarmRow, act: AlarmAct): Promise<Result> {
  const { chargePointId, connector, name } = alarm;
  const answer = await post<{ readonly outcome: AlarmOutcome }>("/api/alarms/act", {
    chargePointId,
    connector,
    name,
    act,
  });
  if (answer.kind === "refusal") return { alarm, act: act.kind, refusal: answer };
  return { alarm, act: act.kind, outcome: answer.value.outcome };
}

function nameOf({ chargePointId, connector, name }: AlarmRow): string {
  const place = chargePointId === "" ? text("alarms.bridge") : chargePointId;
  return connector > 0 ? `${alarmName(name)} (${place} / ${connector})` : `${alarmName(name)} (${place})`;
}
