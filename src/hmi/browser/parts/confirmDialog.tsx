// Asks before something is done that cannot be taken back, and names what it is done to.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../texts.ts";

interface ConfirmDialogProps {
  /** `Reset CP-7?` */
  readonly question: string;
  /** What the button that does it says: the verb. */
  readonly verb: string;
  /** What follows from it. */
  readonly children?: ComponentChildren;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Open as long as it is rendered. The focus is first on the button that does nothing, and afterwards where it was before. */
export function ConfirmDialog({ question, verb, children, onConfirm, onCancel }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      // What opened it may be gone, or disabled.
      if (document.activeElement === document.body) document.getElementById("content")?.focus({ preventScroll: true });
    };
  }, []);
  /** It is also told of a close that came with the answer, after which it may be that something else is asked. */
  const cancel = () => {
    if (dialog.current !== null) onCancel();
  };
  return (
    <dialog ref={dialog} class="panel confirm" aria-labelledby="confirm-question" onClose={cancel}>
      <h2 id="confirm-question">
        <bdi>{question}</bdi>
      </h2>
      {children}
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          {text("confirm.cancel")}
        </button>
        <button type="button" class="destructive" onClick={onConfirm}>
          {verb}
        </button>
      </div>
    </dialog>
  );
}
