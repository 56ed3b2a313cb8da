// The commands that there are, from which forms are made. They are asked for once.
import { signal } from "@preact/signals";
import type { MethodsView, MethodView } from "../../shapes.ts";
import { get } from "../api.ts";

const known = signal<MethodsView | undefined>(undefined);
const AGAIN_AFTER_MS = 5_000;
let isAsking = false;

/** Undefined until the bridge has told them. */
export function methodsOf(place: keyof MethodsView): readonly MethodView[] | undefined {
  if (known.value === undefined && !isAsking) void ask();
  return known.value?.[place];
}

export function methodOf(place: keyof MethodsView, name: string): MethodView | undefined {
  return methodsOf(place)?.find((method) => method.name === name);
}

async function ask(): Promise<void> {
  isAsking = true;
  const answer = await get<MethodsView>("/api/commands");
  if (answer.kind === "answer") known.value = answer.value;
  else setTimeout(() => void ask(), AGAIN_AFTER_MS);
}
