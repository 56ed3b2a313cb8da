// What somebody has written into a form, as texts by the names of the fields; files are left out.
export type FormSubmit = SubmitEvent & { readonly currentTarget: HTMLFormElement };

export function textsIn(form: HTMLFormElement): Readonly<Record<string, string>> {
  const texts = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

/** The file that was chosen in a field; undefined where none was. */
export function fileIn(form: HTMLFormElement, name: string): File | undefined {
  const file = new FormData(form).get(name);
  return file instanceof File && file.name !== "" ? file : undefined;
}
