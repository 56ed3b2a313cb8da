// Texts that are too long to be kept: what stands in their place says so itself, so that nobody takes it for the whole. Pure.

const LEFT_OUT = '{"leftOut":"';
const CUT_FROM = /… \(cut from \d+ characters\)$/u;

/** JSON in the place of a JSON text of `length` characters, which nobody could read when it was cut; `bound` names the setting. */
export function leftOutText(length: number, bound: string): string {
  return `${LEFT_OUT}${length} characters, more than ${bound}"}`;
}

/** The beginning of a text that has `length` characters. */
export function cutFrom(beginning: string, length: number): string {
  return `${beginning}… (cut from ${length} characters)`;
}

/** Whether a text stands for a longer one: then it is not what the charge point has said (quality.ts). */
export function isIncomplete(text: string): boolean {
  return text.startsWith(LEFT_OUT) || CUT_FROM.test(text);
}
