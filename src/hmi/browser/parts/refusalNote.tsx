// What the bridge has refused, in its own words.
import type { Refusal } from "../../shapes.ts";
import { Shape } from "./shape.tsx";

export function RefusalNote({ refusal }: { readonly refusal: Refusal | undefined }) {
  if (refusal === undefined) return null;
  return (
    <p class="refusal" role="alert">
      <Shape of="triangle" /> <bdi>{refusal.error}</bdi>
      {refusal.at !== undefined && refusal.at !== "" && (
        <>
          {" "}
          <code>{refusal.at}</code>
        </>
      )}
    </p>
  );
}
