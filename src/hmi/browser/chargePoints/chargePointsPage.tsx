// Level 2: all charge points as one table.
import { allRows } from "../rows.ts";
import { text } from "../texts.ts";

export function ChargePointsPage() {
  return (
    <>
      <h1>{text("page.chargePoints")}</h1>
      <p>{allRows.value.length}</p>
    </>
  );
}
