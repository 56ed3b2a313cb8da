// The list of id tags: searched by how they begin, a page at a time, changed one by one or by a file.
import "../styles/siteLists.css";
import { useState } from "preact/hooks";
import type { IdTagsView, IdTagView } from "../../siteShapes.ts";
import { get } from "../api.ts";
import type { Refused } from "../refused.ts";
import { numberText } from "../numbers.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { chosen, FilterForm, FilterSearch } from "../parts/filterForm.tsx";
import { Needs } from "../parts/needs.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime, roughlyNow } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { useReading } from "../reading.ts";
import { place } from "../router.ts";
import { text } from "../texts.ts";
import { IdTagForm } from "./idTagForm.tsx";
import { IdTagFiles } from "./idTagFiles.tsx";

const PAGE = 100;

export function IdTagsPage() {
  return (
    <div class="sections">
      <h1>{text("page.idTags")}</h1>
      <Needs role="operator">
        <IdTags />
      </Needs>
    </div>
  );
}

function IdTags() {
  const beginning = chosen("beginning");
  const { value, refusal, again } = useReading<IdTagsView>("/api/id-tags", { beginning, limit: PAGE });
  const [edited, setEdited] = useState<IdTagView | undefined>(undefined);
  return (
    <div class="beside">
      <section class="panel">
        <FilterForm>
          <FilterSearch name="beginning" label="idTags.beginning" longest={20} />
          <output>{value !== undefined && text("idTags.count", { count: numberText(value.count) })}</output>
        </FilterForm>
        <RefusalNote refusal={refusal} />
        {value === undefined ? (
          <p>{text("shell.waiting")}</p>
        ) : (
          <Entries key={`${beginning} ${JSON.stringify(value)}`} first={value} onEdit={setEdited} onChanged={again} />
        )}
      </section>
      <div class="sections">
        <IdTagForm key={JSON.stringify(edited)} edited={edited} onDone={again} onCancel={() => setEdited(undefined)} />
        <IdTagFiles onImported={again} />
      </div>
    </div>
  );
}

interface EntriesProps {
  readonly first: IdTagsView;
  readonly onEdit: (entry: IdTagView) => void;
  readonly onChanged: () => void;
}

function Entries({ first, onEdit, onChanged }: EntriesProps) {
  const [more, setMore] = useState<IdTagsView | undefined>(undefined);
  const [removing, setRemoving] = useState<string | undefined>(undefined);
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const { isBusy, send } = useOrder();
  const entries = [...first.entries, ...(more?.entries ?? [])];
  const next = more === undefined ? first.next : more.next;
  const readMore = async () => {
    const beginning = place.peek().query.get("beginning") ?? "";
    const answer = await get<IdTagsView>("/api/id-tags", { beginning, limit: PAGE, after: next });
    if (answer.kind === "refusal") return setRefusal(answer);
    return setMore({ ...answer.value, entries: [...(more?.entries ?? []), ...answer.value.entries] });
  };
  const remove = async (idTag: string) => {
    setRemoving(undefined);
    const answer = await send({ kind: "removeIdTag", chargePointId: "", idTag });
    if (answer.kind === "answer") onChanged();
    else setRefusal(answer);
  };
  return (
    <>
      <RefusalNote refusal={refusal} />
      {entries.length === 0 ? (
        <p class="quiet">{text("idTags.none")}</p>
      ) : (
        <EntriesTable entries={entries} isBusy={isBusy.value} onEdit={onEdit} onRemove={setRemoving} />
      )}
      {next !== undefined && (
        <button type="button" onClick={() => void readMore()}>
          {text("idTags.more")}
        </button>
      )}
      {removing !== undefined && (
        <ConfirmDialog
          question={text("idTags.removeQuestion", { idTag: removing })}
          verb={text("idTags.remove")}
          onConfirm={() => void remove(removing)}
          onCancel={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

interface EntriesTableProps {
  readonly entries: readonly IdTagView[];
  readonly isBusy: boolean;
  readonly onEdit: (entry: IdTagView) => void;
  readonly onRemove: (idTag: string) => void;
}

function EntriesTable({ entries, isBusy, onEdit, onRemove }: EntriesTableProps) {
  return (
    <div class="scrolled">
      <table class="listing">
        <caption class="unseen">{text("page.idTags")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("idTags.idTag")}</th>
            <th scope="col">{text("idTags.status")}</th>
            <th scope="col">{text("idTags.expiryDate")}</th>
            <th scope="col">{text("idTags.parentIdTag")}</th>
            <th scope="col">{text("table.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.idTag}>
              <th scope="row">
                <bdi>{entry.idTag}</bdi>
              </th>
              <td>
                <IdTagStatus {...entry} />
              </td>
              <td>
                <ExpiryDate {...entry} />
              </td>
              <td>
                <bdi>{entry.parentIdTag}</bdi>
              </td>
              <td class="actions">
                <AllowedButton role="operator" onClick={() => onEdit(entry)}>
                  {text("idTags.edit")}
                  <span class="unseen"> {entry.idTag}</span>
                </AllowedButton>
                <AllowedButton role="operator" isBusy={isBusy} onClick={() => onRemove(entry.idTag)}>
                  {text("idTags.remove")}
                  <span class="unseen"> {entry.idTag}</span>
                </AllowedButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** In the language and time zone of whoever reads; as it is kept on request. */
function ExpiryDate({ expiryDate }: IdTagView) {
  const at = Date.parse(expiryDate);
  if (Number.isNaN(at)) return <>{expiryDate}</>;
  return (
    <time dateTime={expiryDate} title={expiryDate}>
      {exactTime(at)}
    </time>
  );
}

/** As the list decides now: one whose time is over is Expired. */
function IdTagStatus({ status, expiryDate }: IdTagView) {
  const isOver = status === "Accepted" && expiryDate !== "" && Date.parse(expiryDate) <= roughlyNow.value;
  if (status === "Accepted" && !isOver)
    return (
      <Badge shape="dot" tone="quiet">
        {status}
      </Badge>
    );
  return (
    <Badge shape="barred" tone="warning">
      {isOver ? "Expired" : status}
    </Badge>
  );
}
