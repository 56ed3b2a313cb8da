// What the executable's exit code says (sysexits.h where it has a name for it).

export const exitCodes = {
  ok: 0,
  /** Something went wrong that is neither usage nor configuration. */
  failed: 1,
  /** Wrong command line (EX_USAGE). */
  usage: 64,
  /** The settings are not usable (EX_CONFIG). */
  configuration: 78,
} as const;
