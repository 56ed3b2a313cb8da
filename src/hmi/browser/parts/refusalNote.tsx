// What was refused, in the words of whoever refused it.
import type { Refused } from "../refused.ts";
import { BridgeSentence } from "./bridgeSentence.tsx";
import { Shape } from "./shape.tsx";

export function RefusalNote({ refusal }: { readonly refusal: Refused | undefined }) {
  if (refusal === undefined) return null;
  return (
    <p class="refusal" role="alert">
      <Shape of="triangle" /> <RefusalSentence refusal={refusal} />
      {refusal.at !== undefined && refusal.at !== "" && (
        <>
          {" "}
          <code>{refusal.at}</code>
        </>
      )}
    </p>
  );
}

export function RefusalSentence({ refusal: { error, isOfBridge } }: { readonly refusal: Refused }) {
  return isOfBridge === true ? <BridgeSentence of={error} /> : <bdi>{error}</bdi>;
}
