// Level 1: the whole site at one glance.
import { bridge } from "../live.ts";
import { text } from "../texts.ts";

export function SitePage() {
  return (
    <>
      <h1>{text("page.site")}</h1>
      <p>{bridge.value?.connectedChargePoints ?? 0}</p>
    </>
  );
}
