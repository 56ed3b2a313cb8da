// What the thread that serves browsers asks of the main thread about the site itself. Every answer is plain data, bounded.
import type { PointOwner } from "../datapoints/pointList.ts";
import type { GatheredIdTags, IdTag, IdTagPiece, IdTagQuery } from "../twin/idTags.ts";
import type { Answered } from "../twin/keptPages.ts";
import type { ConnectedClient, OccurrencePlace } from "../twin/ports.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import type {
  CertificateView,
  DecisionRow,
  PendingView,
  RulesView,
  TrialQuestion,
  TrialView,
  UserView,
} from "./siteShapes.ts";

export interface DecisionQuery {
  readonly chargePointId?: string | undefined;
  readonly before?: OccurrencePlace | undefined;
  /** The most of one page, above 0; it may have fewer though there are more. */
  readonly limit: number;
}

export interface DecisionPage {
  /** The newest first. */
  readonly decisions: readonly DecisionRow[];
  /** Where the page after begins; undefined when there are no more. */
  readonly next: OccurrencePlace | undefined;
}

export interface SiteQuestions {
  rules(): RulesView;
  /** Asks the rules in use; nothing comes of it. */
  tryRules(question: TrialQuestion): Promise<TrialView>;
  /** Undefined where no history is kept. Rejects when it cannot be read. */
  decisions(query: DecisionQuery): Promise<DecisionPage | undefined>;
  /** Questions that wait for SCADA. */
  pending(): readonly PendingView[];
  idTags(query: IdTagQuery): Promise<{ readonly page: Answered<readonly IdTag[]>; readonly count: number }>;
  /** A piece of a list, which the command importIdTags takes over as a whole. */
  gatherIdTags(gathering: number | undefined, entries: readonly IdTagPiece[]): GatheredIdTags;
  users(): readonly UserView[];
  certificates(): readonly CertificateView[];
  /** OPC UA clients that have a session. */
  clients(): readonly ConnectedClient[];
  /** Those of the site's vendor files. */
  vendorDatapoints(): readonly VendorDatapoint[];
  /** Undefined where no such charge point is known. */
  pointOwner(
    chargePointId: string,
  ): { readonly owner: PointOwner; readonly vendor: readonly VendorDatapoint[] } | undefined;
}
