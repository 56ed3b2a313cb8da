// The charge point's configuration keys (OCPP 1.6 §9 and the security extension): which there are, what they accept, what they hold.
// It changes nothing but values; what a new value sets in motion is the business of commands/configuration.ts.
import { enumerations } from "../schema/ocpp16.generated.ts";
import type { ConfigurationStatus, KeyValue } from "../schema/ocpp16.generated.ts";

interface KeyDefinition {
  key: string;
  value: string;
  /** `secret` keys take a new value but never show it (OCPP-J errata 3.10). */
  access: "read" | "write" | "secret";
  accepts: (value: string) => boolean;
  needsReboot: boolean;
}

/** What the meters of these connectors can measure (§9.1.18: an unsupported one in a list refuses the whole list). */
const MEASURANDS = [
  "Energy.Active.Import.Register",
  "Power.Active.Import",
  "Current.Import",
  "Voltage",
  "Power.Offered",
  "Current.Offered",
  "Temperature",
  "SoC",
];
const SAMPLED = MEASURANDS.join(",");
const PROFILES = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger";
const MOST_SECONDS = 604_800;

const seconds = (value: string): boolean => /^\d{1,6}$/.test(value) && Number(value) <= MOST_SECONDS;
const flag = (value: string): boolean => value === "true" || value === "false";
const count = (value: string): boolean => /^\d{1,3}$/.test(value) && Number(value) >= 1;
const text = (value: string): boolean => value.length <= 500;
const measurandList = (value: string): boolean =>
  value === "" || value.split(",").every((each) => MEASURANDS.includes(each.trim()));
const authorizationKey = (value: string): boolean => /^(?:[0-9a-f]{2}){16,20}$/i.test(value);

const definitions = new Map<string, KeyDefinition>();

function define(
  access: KeyDefinition["access"],
  accepts: KeyDefinition["accepts"],
  values: Record<string, string>,
  needsReboot = false,
): void {
  for (const [key, value] of Object.entries(values))
    definitions.set(key.toLowerCase(), { key, value, access, accepts, needsReboot });
}

define("write", seconds, {
  HeartbeatInterval: "300",
  MeterValueSampleInterval: "60",
  ClockAlignedDataInterval: "0",
  ConnectionTimeOut: "60",
  WebSocketPingInterval: "0",
  TransactionMessageRetryInterval: "10",
  BlinkRepeat: "3",
});
define("write", count, { TransactionMessageAttempts: "5", ResetRetries: "1" });
define("write", measurandList, {
  MeterValuesSampledData: SAMPLED,
  MeterValuesAlignedData: "Energy.Active.Import.Register",
  StopTxnSampledData: "Energy.Active.Import.Register",
  StopTxnAlignedData: "",
});
define("write", flag, {
  AllowOfflineTxForUnknownId: "true",
  AuthorizationCacheEnabled: "true",
  AuthorizeRemoteTxRequests: "false",
  LocalAuthorizeOffline: "true",
  LocalPreAuthorize: "false",
  LocalAuthListEnabled: "true",
  StopTransactionOnEVSideDisconnect: "true",
  StopTransactionOnInvalidId: "true",
  UnlockConnectorOnEVSideDisconnect: "true",
});
define("write", (value) => /^(?:NotApplicable|(?:\d+\.)?(?:RST|RTS|SRT|STR|TRS|TSR))$/.test(value), {
  ConnectorPhaseRotation: "0.RST",
});
define("write", text, { CpoName: "" });
define("write", text, { NetworkApn: "internet" }, true);
define("secret", authorizationKey, { AuthorizationKey: "" });
define("read", () => false, {
  NumberOfConnectors: "0",
  GetConfigurationMaxKeys: "100",
  SupportedFeatureProfiles: PROFILES,
  LocalAuthListMaxLength: "500",
  SendLocalListMaxLength: "200",
  ReserveConnectorZeroSupported: "true",
  ChargeProfileMaxStackLevel: "10",
  ChargingScheduleAllowedChargingRateUnit: "Current,Power",
  ChargingScheduleMaxPeriods: "50",
  MaxChargingProfilesInstalled: "20",
  MeterValuesSampledDataMaxLength: String(MEASURANDS.length),
  StopTxnSampledDataMaxLength: String(MEASURANDS.length),
  SupportedFileTransferProtocols: "FTP,HTTP,HTTPS",
  SecurityProfile: "0",
});

/** The key table of one charge point; only what differs from the defaults takes memory. Keys are found in any case (CiString). */
export class ConfigurationKeys {
  readonly #values = new Map<string, string>();
  readonly #rebootValues = new Map<string, string>();

  constructor(initial: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(initial)) {
      const definition = definitions.get(key.toLowerCase());
      if (definition === undefined) throw new RangeError(`the simulated charge point has no configuration key ${key}`);
      this.#values.set(definition.key, value);
    }
  }

  /** The value in force. */
  text(key: string): string {
    return this.#values.get(key) ?? definitions.get(key.toLowerCase())?.value ?? "";
  }

  number(key: string): number {
    return Number(this.text(key)) || 0;
  }

  flag(key: string): boolean {
    return this.text(key) === "true";
  }

  /** The measurands of a list, in its order. */
  measurands(key: string): readonly (typeof enumerations)["Measurand"][number][] {
    return this.text(key)
      .split(",")
      .flatMap((name) => enumerations.Measurand.filter((each) => each === name.trim()));
  }

  /** What ChangeConfiguration answers; an accepted value is in force at once, one that needs a reboot afterwards. */
  change(name: string, value: string): ConfigurationStatus {
    const definition = definitions.get(name.toLowerCase());
    if (definition === undefined) return "NotSupported";
    if (definition.access === "read" || !definition.accepts(value)) return "Rejected";
    (definition.needsReboot ? this.#rebootValues : this.#values).set(definition.key, value);
    return definition.needsReboot ? "RebootRequired" : "Accepted";
  }

  /** Sets a value from inside, such as the interval of BootNotification.conf. */
  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  /** Values that waited for a reboot come into force. */
  rebooted(): void {
    for (const [key, value] of this.#rebootValues) this.#values.set(key, value);
    this.#rebootValues.clear();
  }

  /** One key as GetConfiguration shows it; undefined when there is none. */
  show(name: string): KeyValue | undefined {
    const definition = definitions.get(name.toLowerCase());
    if (definition === undefined) return undefined;
    const { key, access } = definition;
    return {
      key,
      readonly: access === "read",
      ...(access === "secret" ? {} : { value: this.text(key) }),
    };
  }

  /** All keys. */
  showAll(): KeyValue[] {
    return [...definitions.keys()].flatMap((key) => this.show(key) ?? []);
  }
}
