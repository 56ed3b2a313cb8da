// Asks before something is done that cannot be taken back, and names what it is done to.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
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

/** Open as long as it is rendered. The focus is first on the button that does nothing. */
export function ConfirmDialog({ question, verb, children, onConfirm, onCancel }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="panel confirm" aria-labelledby="confirm-question" onClose={onCancel}>
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
