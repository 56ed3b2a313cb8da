// A sentence of the bridge: in the language that is chosen, or else marked as the English that it is (WCAG 2.2, 3.1.2).
import { piecesOf } from "../bridgeSentences.ts";

export function BridgeSentence({ of }: { readonly of: string }) {
  return (
    <bdi>
      {piecesOf(of).map(({ text, isForeign }, place) =>
        isForeign ? (
          <span key={place} lang="en">
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </bdi>
  );
}
