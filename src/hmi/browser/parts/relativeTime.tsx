// How long ago something was: `3 min ago`, the time itself in its title. It changes by steps and never ticks before the eye.
import { computed, signal } from "@preact/signals";
import { language } from "../preferences.ts";
import { text } from "../texts.ts";

const STEP_MS = 10_000;
/** The time of this machine, in steps. */
export const roughlyNow = signal(Date.now());
setInterval(() => {
  roughlyNow.value = Date.now();
}, STEP_MS);

const format = computed(() => new Intl.RelativeTimeFormat(language.value, { numeric: "always", style: "short" }));
const exact = computed(
  () => new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }),
);

const clock = computed(() => new Intl.DateTimeFormat(language.value, { timeStyle: "medium", hourCycle: "h23" }));

/** Epoch ms as the time of day. */
export function clockTime(at: number): string {
  return clock.value.format(at);
}

/** Epoch ms as a date and time in the language chosen and the time zone of this machine. */
export function exactTime(at: number): string {
  return exact.value.format(at);
}

/** `at` is epoch ms; nothing is shown where it is unknown. */
export function RelativeTime({ at }: { readonly at: number | undefined }) {
  if (at === undefined || at <= 0) return <span class="unknown">–</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {relative(at - roughlyNow.value)}
    </time>
  );
}

const steps = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: STEP_MS },
] as const;

function relative(ms: number): string {
  const step = steps.find((each) => -ms >= each.ms);
  if (step === undefined) return text("time.now");
  if (step.unit === "second") return format.value.format(Math.trunc(ms / STEP_MS) * (STEP_MS / 1000), "second");
  return format.value.format(Math.trunc(ms / step.ms), step.unit);
}
