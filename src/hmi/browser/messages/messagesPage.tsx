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
} from "../parts/keptFilter.tsx";
import { keptList } from "../parts/keptPages.ts";
import { MoreRows } from "../parts/moreRows.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { Shape } from "../parts/shape.tsx";
import { rights } from "../rights.ts";
import { setQuery } from "../router.ts";
import { whyNot } from "../session.ts";
import { text } from "../texts.ts";
import { messageColumns } from "./messageColumns.tsx";
import { MessagePanel } from "./messagePanel.tsx";

const FOLLOW_EVERY_MS = 1000;
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

const list = keptList<KeptExchange>(async (before) => {
  const answer = await get<MessagesView>("/api/messages", { ...parameters.peek(), before, limit: 100 });
  if (answer.kind === "refusal") return answer;
  const { page } = answer.value;
  kept.value = answer.value.kept;
  if (before === undefined) newest = page.newest;
  const next = page.next === undefined ? undefined : `${page.next.at}.${page.next.number}`;
  return { kind: "answer", value: { rows: page.exchanges, next } };
});

export function MessagesPage() {
  const reason = whyNot(rights.readKept);
  const wanted = JSON.stringify(parameters.value);
  useEffect(() => {
    if (reason === undefined) void list.restart();
  }, [wanted, reason]);
  const isFollowing = reason === undefined && chosen("follow") !== "";
  useEffect(() => (isFollowing ? follow() : undefined), [wanted, isFollowing]);
  const opened = list.rows.value.find(({ number }) => String(number) === chosen("number"));
  return (
    <section class="filling">
      <h1>{text("page.messages")}</h1>
      {reason !== undefined && <p class="refusal">{reason}</p>}
      {reason === undefined && (
        <>
          <FilterBar />
          <Kept />
          <RefusalNote refusal={list.refusal.value} />
          <DataTable
            label={text("page.messages")}
            columns={messageColumns.value}
            rows={list.rows.value}
            keyOf={({ number }) => String(number)}
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
      const asked = newest;
      const answer = await get<MessagesView>("/api/messages", { ...parameters.peek(), after: asked, limit: 200 });
      // What is looked for may have changed meanwhile.
      if (isOver) return;
      if (answer.kind === "answer" && newest === asked) {
        ({ newest } = answer.value.page);
        list.prepend(answer.value.page.exchanges, MOST_FOLLOWED);
      }
    }
    timer = setTimeout(() => void ask(), FOLLOW_EVERY_MS);
  };
  void ask();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
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
