// A browser without a window: it keeps its cookie, and reads the events of the page as a browser does.
import { setTimeout as delay } from "node:timers/promises";

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

export class BrowserInTest {
  readonly #url: string;
  #cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.#ask(path, { headers });
  }

  /** As the page does: from its own origin, as JSON. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const own = { origin: this.#url, "sec-fetch-site": "same-origin", "content-type": "application/json" };
    return this.#ask(path, {
      method: "POST",
      headers: { ...own, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  async logIn(name: string, password: string): Promise<Answered> {
    return this.post("/api/login", { name, password });
  }

  /** Every event as it comes, by name; ends with `close`. */
  async events(query = ""): Promise<EventsInTest> {
    const ending = new AbortController();
    const answer = await fetch(`${this.#url}/events${query}`, {
      headers: { cookie: this.#cookie },
      redirect: "error",
      signal: ending.signal,
    });
    return new EventsInTest(answer, ending);
  }

  async #ask(path: string, request: RequestInit): Promise<Answered> {
    const answer = await fetch(`${this.#url}${path}`, {
      ...request,
      // The bridge redirects nobody; whoever else is at that address gets no password on to a third.
      redirect: "error",
      headers: { ...(request.headers as Record<string, string>), cookie: this.#cookie },
    });
    const set = answer.headers.get("set-cookie");
    if (set !== null) this.#cookie = set.split(";")[0] ?? "";
    const text = await answer.text();
    const isJson = /^application\/json\b/u.test(answer.headers.get("content-type") ?? "");
    const body = (isJson && text.startsWith("{") ? JSON.parse(text) : { text }) as Record<string, unknown>;
    return { status: answer.status, body, headers: answer.headers };
  }
}

interface Told {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 10;

export class EventsInTest {
  readonly status: number;
  readonly told: Told[] = [];
  isOver = false;
  readonly #ending: AbortController;

  constructor(answer: Response, ending: AbortController) {
    this.status = answer.status;
    this.#ending = ending;
    void this.#read(answer).catch(() => (this.isOver = true));
  }

  /** Waits for an event of this name that fits; looks at those that have come as well. */
  async until(name: string, fits: (data: Record<string, unknown>) => boolean = () => true): Promise<Told["data"]> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const found = this.told.find((each) => each.name === name && fits(each.data));
      if (found !== undefined) return found.data;
      if (performance.now() > deadline)
        throw new Error(`no such event ${name}; there were ${JSON.stringify(this.told).slice(-2000)}`);
      await delay(PAUSE_MS);
    }
  }

  close(): void {
    this.#ending.abort();
  }

  async #read(answer: Response): Promise<void> {
    let text = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const name = /^event: (.*)$/mu.exec(event)?.[1];
        const data = /^data: (.*)$/mu.exec(event)?.[1];
        if (name !== undefined && data !== undefined) this.told.push({ name, data: JSON.parse(data) });
      }
    }
    this.isOver = true;
  }
}
