// Following what is kept: a page that is full is followed by the next at once, but not without end.

/** One answer of the bridge takes some of them from it; more would keep the page from doing anything else. */
const MOST_PAGES = 5;

/** `readPage` says whether its page was full. False where there is still more: it comes faster than it can be shown. */
export async function catchUp(readPage: () => Promise<boolean>): Promise<boolean> {
  for (let page = 0; page < MOST_PAGES; page++) if (!(await readPage())) return true;
  return false;
}
