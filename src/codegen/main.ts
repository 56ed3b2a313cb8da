// `npm run generate`: writes every generated file of the repository; a test compares them with what stands there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeIds } from "./nodeIds.ts";
import { renderNodeSet } from "./nodeset.ts";
import { renderRulesTypes, renderSettingsTypes, renderVendorTypes } from "./settingsTypes.ts";
import { renderTypes } from "./types.ts";

const root = new URL("../../", import.meta.url);
const NODE_IDS = "nodeset/NodeIds.csv";

/** Text of every generated file by its path below the repository's root. */
export async function artefacts(): Promise<Record<string, string>> {
  const present = new URL(NODE_IDS, root);
  const ids = new NodeIds(existsSync(present) ? readFileSync(present, "utf8") : "");
  const nodeSet = renderNodeSet(ids);
  return {
    "src/schema/ocpp16.generated.ts": renderTypes(),
    "src/settings/settings.generated.ts": await renderSettingsTypes(),
    "src/settings/rulesFile.generated.ts": await renderRulesTypes(),
    "src/settings/vendorFile.generated.ts": await renderVendorTypes(),
    "nodeset/ocpp-opcua.NodeSet2.xml": nodeSet,
    [NODE_IDS]: ids.csv(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await artefacts())) {
    const file = new URL(path, root);
    mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
    writeFileSync(file, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
