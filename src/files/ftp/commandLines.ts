// What comes over a control connection as lines of text: Telnet taken out (RFC 959 §4.1, RFC 854), length bounded. It runs none.

/** Beyond the longest name of a file in UTF-8, what is sent is no command. */
const LONGEST_LINE = 2048;

const IAC = 255;
/** RFC 854: from here on a byte behind IAC is a Telnet command, from WILL on with one byte more. */
const FIRST_COMMAND = 240;
const WILL = 251;
const LF = 10;

export class CommandLines {
  #line: number[] = [];
  #telnet: "none" | "command" | "option" = "none";

  /** The lines that are complete now, without their ends; `tooLong` when the one that is under way can be no command. */
  take(bytes: Uint8Array): readonly string[] | "tooLong" {
    const lines: string[] = [];
    for (const byte of bytes) {
      if (!this.#isText(byte)) continue;
      if (byte === LF) {
        lines.push(Buffer.from(this.#line).toString("utf8").replace(/\r$/u, ""));
        this.#line = [];
      } else if (this.#line.push(byte) > LONGEST_LINE) return "tooLong";
    }
    return lines;
  }

  /**
   * A client that aborts may send IP and Synch before ABOR, the mark of the latter as urgent data, which never arrives here: then
   * a lone IAC stands before the text.
   */
  #isText(byte: number): boolean {
    const before = this.#telnet;
    this.#telnet = "none";
    if (before === "option") return false;
    if (before === "none" && byte !== IAC) return true;
    if (before === "none") this.#telnet = "command";
    else if (byte >= WILL && byte < IAC) this.#telnet = "option";
    // Twice, it is the byte itself.
    return before === "command" && (byte === IAC || byte < FIRST_COMMAND);
  }
}
