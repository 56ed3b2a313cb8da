// Below a list that is given page by page: how many are shown, and a button for older ones.
import { numberText } from "../numbers.ts";
import { text } from "../texts.ts";
import type { KeptList } from "./keptPages.ts";

export function MoreRows<Row>({ list }: { readonly list: KeptList<Row> }) {
  return (
    <p class="more">
      <output>{text("kept.shown", { count: numberText(list.rows.value.length) })}</output>
      {list.hasMore.value && (
        <button type="button" disabled={list.isBusy.value} onClick={() => void list.more()}>
          {text("kept.more")}
        </button>
      )}
    </p>
  );
}
