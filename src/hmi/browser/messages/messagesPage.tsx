// The message log: what went over the wires, the newest first; looked for, followed live, opened as raw JSON, downloaded.
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { KeptExchange } from "../../../twin/keptPages.ts";
import type { MessagesView } from "../../shapes.ts";
import { get } from "../api.ts";
import { DataTable } from "../parts/dataTable.tsx";
import {
  chosen,
  downloadAddress,
  FilterFlag,
  FilterForm,
  FilterText,
  FilterTime,
  timeChosen,
} from "../parts/filterForm.tsx";
import { keptList } from "../parts/keptPages.ts";
import { MoreRows } from "../parts/moreRows.tsx";
import { useSteadyScroll } from "../parts/steadyScroll.ts";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { Shape } from "../parts/shape.tsx";
import { rights } from "../rights.ts";
import { setQuery } from "../router.ts";
import { whyNot } from "../session.ts";
import { text } from "../texts.ts";
import { catchUp } from "./catchUp.ts";
import { messageColumns } from "./messageColumns.tsx";
import { MessagePanel } from "./messagePanel.tsx";

const FOLLOW_EVERY_MS = 1000;
const FOLLOWED_PAGE = 200;
/** Followed for days, the page must not grow. */
const MOST_FOLLOWED = 1000;

/** As the API has them. */
const parameters = computed(() => ({
  chargePoint: chosen("chargePoint") || undefined,
  action: chosen("action") || undefined,
  faulty: chosen("faulty") === "" ? undefined : "true",
  since: timeChosen("since"),
  until: timeChosen("until"),
}));

const kept = signal<MessagesView["kept"]>("all");
/** Number of the newest message when the bridge was asked last. */
let newest = 0;
/** More has come than can be followed: the list has begun anew with the newest. */
const isBehind = signal(false);

const list = keptList<KeptExchange>(async (before) => {
  const answer = await get<MessagesView>("/api/messages", { ...parameters.peek(), before, limit: 100 });
  if (answer.kind === "refusal") return answer;
  const { page } = answer.value;
  kept.value = answer.value.kept;
  if (before === undefined) newest = page.newest;
  const next = page.next === undefined ? undefined : `${page.next.at}.${page.next.number}`;
  return { kind: "answer", value: { rows: page.exchanges, next } };
});

const keyOf = ({ number }: KeptExchange) => String(number);

export function MessagesPage() {
  const reason = whyNot(rights.readKept);
  const wanted = JSON.stringify(parameters.value);
  useEffect(() => {
    if (reason === undefined) void list.restart();
  }, [wanted, reason]);
  const isFollowing = reason === undefined && chosen("follow") !== "";
  useEffect(() => (isFollowing ? follow() : undefined), [wanted, isFollowing]);
  const holder = useSteadyScroll(list.rows.value, keyOf);
  const opened = list.rows.value.find(({ number }) => String(number) === chosen("number"));
  return (
    <section class="filling" ref={holder}>
      <h1>{text("page.messages")}</h1>
      {reason !== undefined && <p class="refusal">{reason}</p>}
      {reason === undefined && (
        <>
          <FilterBar />
          <Kept />
          <Behind />
          <RefusalNote refusal={list.refusal.value} />
          <DataTable
            label={text("page.messages")}
            columns={messageColumns.value}
            rows={list.rows.value}
            keyOf={keyOf}
            sort="at"
            onSort={() => {}}
            onOpen={({ number }) => setQuery({ number: String(number) })}
            empty={text(list.isBusy.value ? "shell.waiting" : "messages.none")}
          />
          <MoreRows list={list} />
          {opened !== undefined && <MessagePanel exchange={opened} />}
        </>
      )}
    </section>
  );
}

/** Asks once a second while somebody looks, one question after the other. Ends when it is called. */
function follow(): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    if (document.visibilityState === "visible" && !list.isBusy.peek()) {
      const isUpToDate = await catchUp(() => readNewer(() => isOver));
      if (isOver) return;
      isBehind.value = !isUpToDate;
      // To go on from where it was would be to fall back ever further.
      if (!isUpToDate) await list.restart();
      if (isOver) return;
    }
    timer = setTimeout(() => void ask(), FOLLOW_EVERY_MS);
  };
  void ask();
  return () => {
    isOver = true;
    isBehind.value = false;
    clearTimeout(timer);
  };
}

/** Whether there may be more at once. */
async function readNewer(isOver: () => boolean): Promise<boolean> {
  const after = newest;
  const wanted = { ...parameters.peek(), after, limit: FOLLOWED_PAGE };
  const answer = await get<MessagesView>("/api/messages", wanted);
  // What is looked for may have changed meanwhile.
  if (isOver() || answer.kind === "refusal" || newest !== after) return false;
  const { page } = answer.value;
  ({ newest } = page);
  list.prepend(page.exchanges, MOST_FOLLOWED);
  return page.exchanges.length >= FOLLOWED_PAGE;
}

function Behind() {
  if (!isBehind.value) return null;
  return (
    <p class="notice" role="status">
      <Shape of="triangle" /> {text("messages.behind")}
    </p>
  );
}

/** Where the settings keep only some messages, or none, that is said: an empty list would be taken for silence. */
function Kept() {
  if (kept.value === "all") return null;
  return (
    <p class="notice" role="status">
      <Shape of="triangle" /> {text(`messages.kept.${kept.value}`)}
    </p>
  );
}

function FilterBar() {
  return (
    <FilterForm>
      <FilterText name="chargePoint" label="chargePoints.id" />
      <FilterText name="action" label="messages.action" />
      <FilterTime name="since" label="kept.since" />
      <FilterTime name="until" label="kept.until" />
      <FilterFlag name="faulty" label="messages.faulty" />
      <FilterFlag name="follow" label="messages.follow" />
      <a class="button" href={downloadAddress("/api/messages.jsonl", parameters.value)} download>
        {text("messages.download")}
      </a>
    </FilterForm>
  );
}
