// A time to the millisecond, in the language chosen and the time zone of this machine: messages follow each other closely.
import { computed } from "@preact/signals";
import { language } from "../preferences.ts";

const format = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
    }),
);

export function preciseTime(at: number): string {
  return format.value.format(at);
}
