// Whether the page is dark now: as was chosen, or else as the operating system is, which may change while the page is open.
import { computed, signal } from "@preact/signals";
import { theme } from "./preferences.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(dark.matches);

dark.addEventListener("change", () => {
  isSystemDark.value = dark.matches;
});

export const isDark = computed(() => (theme.value === "auto" ? isSystemDark.value : theme.value === "dark"));
