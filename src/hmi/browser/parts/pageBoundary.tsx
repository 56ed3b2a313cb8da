// Around a page: where something in it fails, it says so in its place, and the rest of the window goes on.
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { text } from "../texts.ts";
import { Shape } from "./shape.tsx";

export function PageBoundary({ children }: { readonly children: ComponentChildren }) {
  // Whoever looks for the reason finds it with the developer's tools.
  const boundary: readonly [unknown, () => void] = useErrorBoundary((failure) => reportError(failure));
  const [error, again] = boundary;
  if (error === undefined) return <>{children}</>;
  return (
    <div class="notice" role="alert">
      <p>
        <Shape of="triangle" /> {text("shell.pageBroken")}
      </p>
      <button type="button" onClick={again}>
        {text("shell.openAgain")}
      </button>
    </div>
  );
}
