// A table for ten thousand rows: sorted by its columns, grouped, worked by keyboard. Only the rows on the screen are rendered, each
// equally high. It keeps the order; what is filtered out does not come in.
import type { ComponentChildren } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { numberText } from "../numbers.ts";
import { isNarrow } from "../room.ts";
import { text } from "../texts.ts";
import { itemsOf, keepSorted, type Compare, type Group, type Item, type Items, type Sort } from "./tableItems.ts";
import { ROW_HEIGHT, useVirtualRows, type Window } from "./virtualRows.ts";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** px; what is left over is shared out in these proportions. */
  readonly width: number;
  readonly isNumber?: boolean;
  /** It is left out where there is little room: what it says stands elsewhere too. */
  readonly isSecondary?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
  /** Ascending; without it the column does not sort. */
  readonly compare?: Compare<Row>;
}

interface DataTableProps<Row> {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  /** The same list at each rendering, such as a `computed`: another one sorts anew. So are `rows` and `groupOf`. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly groupOf?: ((row: Row) => Group) | undefined;
  /** Enter on a row. */
  readonly onOpen?: (row: Row) => void;
  /** What is said where there is no row. */
  readonly empty: string;
}

/** The line that the keyboard is at. */
type Active = { readonly kind: "row" | "group"; readonly key: string };

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns: all, rows, keyOf, sort, onSort, groupOf, onOpen, empty } = props;
  const columns = isNarrow.value ? all.filter(({ isSecondary }) => isSecondary !== true) : all;
  const id = useId();
  const sorted = useMemo(() => keepSorted<Row>(), []);
  const items = useMemo(() => itemsOf(sorted(rows, all, sort), groupOf), [sorted, rows, all, sort, groupOf]);
  const { scroller, window, visible, reveal } = useVirtualRows(items.length);
  const [active, setActive] = useState<Active | undefined>(undefined);
  const activate = (index: number) => setActive(activeOf(items.at(index), keyOf));
  const activeIndex = useMemo(() => indexOf(items, active, keyOf), [items, active, keyOf]);

  const onKeyDown = (event: KeyboardEvent) => {
    const item = items.at(activeIndex);
    if (event.key === "Enter" && item?.kind === "row" && event.target === event.currentTarget) onOpen?.(item.row);
    const next = indexAfter(event.key, activeIndex, visible, items.length);
    if (next === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    activate(next);
    reveal(next);
  };

  return (
    <div class="table-scroller" ref={scroller}>
      <table
        role="grid"
        class="data-table"
        aria-label={label}
        aria-rowcount={items.length + 1}
        aria-activedescendant={activeIndex >= 0 ? `${id}-${activeIndex}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ minWidth: `${columns.reduce((sum, { width }) => sum + width, 0)}px` }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: `${column.width}px` }} />
          ))}
        </colgroup>
        <Head columns={columns} sort={sort} onSort={onSort} />
        <tbody>
          <Space rows={window.from} columns={columns.length} />
          {itemsWithin(items, window).map((item, offset) => {
            const index = window.from + offset;
            return (
              <ItemRow
                key={item.kind === "row" ? `row ${keyOf(item.row)}` : `group ${item.label}`}
                id={`${id}-${index}`}
                rowIndex={index + 2}
                item={item}
                columns={columns}
                isActive={index === activeIndex}
                onActivate={() => activate(index)}
              />
            );
          })}
          <Space rows={items.length - window.to} columns={columns.length} />
        </tbody>
      </table>
      {items.length === 0 && <p class="empty">{empty}</p>}
    </div>
  );
}

function Head<Row>({ columns, sort, onSort }: Pick<DataTableProps<Row>, "columns" | "sort" | "onSort">) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const { key, title, compare } = column;
          const direction = sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined;
          return (
            <th key={key} scope="col" class={classOf(column)} aria-sort={direction}>
              {compare === undefined ? (
                title
              ) : (
                <button type="button" onClick={() => onSort(direction === "ascending" ? `-${key}` : key)}>
                  {title} <span aria-hidden="true">{arrowOf(direction)}</span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function classOf<Row>({ isNumber }: Column<Row>): string | undefined {
  return isNumber === true ? "is-number" : undefined;
}

function arrowOf(direction: "ascending" | "descending" | undefined): string {
  if (direction === undefined) return "";
  return direction === "ascending" ? "▲" : "▼";
}

interface ItemRowProps<Row> {
  readonly id: string;
  readonly rowIndex: number;
  readonly item: Item<Row>;
  readonly columns: readonly Column<Row>[];
  readonly isActive: boolean;
  readonly onActivate: () => void;
}

function ItemRow<Row>({ id, rowIndex, item, columns, isActive, onActivate }: ItemRowProps<Row>) {
  const shared = {
    id,
    "aria-rowindex": rowIndex,
    "aria-selected": isActive,
    onClick: onActivate,
  };
  if (item.kind === "group")
    return (
      <tr {...shared} class="group">
        <th colSpan={columns.length} scope="rowgroup">
          {text("table.group", { label: item.label, count: numberText(item.count) })}
        </th>
      </tr>
    );
  return (
    <tr {...shared}>
      {columns.map((column) => (
        <td key={column.key} class={classOf(column)}>
          {column.cell(item.row)}
        </td>
      ))}
    </tr>
  );
}

/** Stands for rows that are not rendered, so that the scroll bar tells the truth. */
function Space({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="space" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

function itemsWithin<Row>(items: Items<Row>, { from, to }: Window): readonly Item<Row>[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => items.at(from + offset)).filter(
    (item) => item !== undefined,
  );
}

function activeOf<Row>(item: Item<Row> | undefined, keyOf: (row: Row) => string): Active | undefined {
  if (item === undefined) return undefined;
  return { kind: item.kind, key: item.kind === "row" ? keyOf(item.row) : item.label };
}

function indexOf<Row>(items: Items<Row>, active: Active | undefined, keyOf: (row: Row) => string): number {
  if (active === undefined) return -1;
  return active.kind === "group" ? items.findGroup(active.key) : items.find((row) => keyOf(row) === active.key);
}

/** Where a key leads from a row; undefined for one that leads nowhere. */
function indexAfter(key: string, index: number, page: number, length: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: length - 1,
  };
  const next = steps[key];
  return next === undefined || length === 0 ? undefined : Math.max(0, Math.min(next, length - 1));
}
