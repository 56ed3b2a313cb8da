// Copies a text with one click, and says that it has.
import { useEffect, useState } from "preact/hooks";
import { text } from "../texts.ts";

const SAID_MS = 2_000;

export function CopyButton({ value, label }: { readonly value: string; readonly label: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <button type="button" class="small" title={label} aria-label={label} onClick={() => void copy(value).then(setDone)}>
      {text(isDone ? "copy.done" : "copy.copy")}
    </button>
  );
}

/** Whether it worked. Browsers have the clipboard only where the way is encrypted or does not leave this machine; a selection is copied anywhere. */
async function copy(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copySelection(value);
  }
}

function copySelection(value: string): boolean {
  const area = document.createElement("textarea");
  area.value = value;
  area.className = "unseen";
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  // oxlint-disable-next-line typescript/no-deprecated -- the one way that needs no secure context
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
