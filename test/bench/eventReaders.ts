// Browsers that do nothing but read what they are told, in a process of their own; arguments: the address of the page, how many.
import { get } from "node:http";

const [url = "", count = "0"] = process.argv.slice(2);
let bytes = 0;
await Promise.all(
  Array.from(
    { length: Number(count) },
    () =>
      new Promise<void>((resolve, reject) => {
        get(`${url}/events`, (answer) => {
          answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
          resolve();
        }).on("error", reject);
      }),
  ),
);
process.on("message", () => process.send?.({ bytes }));
process.send?.({ bytes });
