// The settings as the program sees them: checked, complete, read-only. Their source is schemas/settings.json.
import type * as generated from "./settings.generated.ts";

/** `T` that nobody can change. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** All settings: defaults filled in, paths absolute, deeply frozen. */
export type Settings = DeepReadonly<generated.Settings>;

/** A port on which charge points connect. */
export type ListenerSettings = DeepReadonly<generated.ListenerSettings>;

/** The certificates of such a port. */
export type TlsSettings = DeepReadonly<generated.TlsSettings>;

/** A charge point of the register. */
export type ChargePointSettings = DeepReadonly<generated.ChargePointSettings>;

/** The charge points that the process simulates itself. */
export type SimulationSettings = DeepReadonly<generated.SimulationSettings>;

/** The built-in place of uploads and firmware. */
export type FilesSettings = DeepReadonly<generated.FilesSettings>;

/** Every bound of the program; ranges and units stand in the schema. */
export type Limits = DeepReadonly<generated.LimitsSettings>;
