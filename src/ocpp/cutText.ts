// Texts cut to what may be kept, as copies: a slice would keep the whole text in memory for as long as the twin keeps the slice.
import { cutFrom } from "../twin/incompleteTexts.ts";

/** At most `most` characters of a text, and nothing that says so: for what is only compared or read as a time. */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return Buffer.from(text.slice(0, most), "utf16le").toString("utf16le");
}

/** A text as it is, or its first `most` characters and how many it has. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : cutFrom(beginningOf(text, most), text.length);
}
