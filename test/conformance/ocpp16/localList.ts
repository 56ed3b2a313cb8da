// The published cases of the profile LocalAuthListManagement.
import { played, type Case } from "./case.ts";
import { INVALID, VALID, isCommanded } from "./steps.ts";

const entry = (idTag: string, status: string): object => ({ idTag, idTagInfo: { status } });
const full = {
  listVersion: 2,
  updateType: "Full",
  localAuthorizationList: [entry(VALID, "Accepted"), entry(INVALID, "Invalid")],
};

export const localList: readonly Case[] = [
  played(
    "042_1",
    "Get Local List Version (not supported)",
    isCommanded("GetLocalListVersion", {}, { listVersion: -1 }, { "LocalList/Version": -1 }),
  ),
  played(
    "042_2",
    "Get Local List Version (empty)",
    isCommanded("GetLocalListVersion", {}, { listVersion: 0 }, { "LocalList/Version": 0 }),
  ),
  played(
    "043_1",
    "Send Local Authorization List - NotSupported",
    isCommanded("SendLocalList", full, { status: "NotSupported" }, { "LocalList/Status": "NotSupported" }),
  ),
  played(
    "043_3",
    "Send Local Authorization List - Failed",
    isCommanded("SendLocalList", full, { status: "Failed" }, { "LocalList/Status": "Failed" }),
  ),
  played(
    "043_4",
    "Send Local Authorization List - Full",
    isCommanded(
      "SendLocalList",
      full,
      { status: "Accepted" },
      { "LocalList/Status": "Accepted", "LocalList/Version": 2 },
    ),
  ),
  played(
    "043_5",
    "Send Local Authorization List - Differential",
    isCommanded("SendLocalList", full, { status: "Accepted" }, { "LocalList/Version": 2 }),
    isCommanded("GetLocalListVersion", {}, { listVersion: 2 }, { "LocalList/Version": 2 }),
    isCommanded(
      "SendLocalList",
      { listVersion: 3, updateType: "Differential", localAuthorizationList: [entry("04NEW", "Accepted")] },
      { status: "Accepted" },
      { "LocalList/Status": "Accepted", "LocalList/Version": 3 },
    ),
  ),
];
