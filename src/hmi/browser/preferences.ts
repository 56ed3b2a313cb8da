// What whoever sits before this screen prefers: language and theme. Kept in this browser, for it concerns nobody else.
import { effect, signal } from "@preact/signals";

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

export const themes = ["auto", "light", "dark"] as const;
/** `auto` follows the operating system. */
export type Theme = (typeof themes)[number];

export const language = signal<Language>(kept("language", languages) ?? languageOfBrowser());
export const theme = signal<Theme>(kept("theme", themes) ?? "auto");

effect(() => {
  document.documentElement.lang = language.value;
  keep("language", language.value);
});
effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  keep("theme", theme.value);
});

function languageOfBrowser(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

/** Storage may be forbidden, and then it throws: the page works without it. */
function kept<T extends string>(name: string, known: readonly T[]): T | undefined {
  try {
    const text = localStorage.getItem(name);
    return known.find((each) => each === text);
  } catch {
    return undefined;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It is kept until the page is closed.
  }
}
