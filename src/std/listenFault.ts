// Why a port could not be opened, in words that name the setting to change. It opens nothing itself.

/** What was to be opened, and by which part of the settings. */
export interface Wanted {
  /** The section that holds `host` and `port`, such as `hmi` or `ocpp.listeners[0]`. */
  readonly section: string;
  readonly host: string;
  readonly port: number;
}

/** The error of a listening socket as one that names the setting; any other error keeps its words, with the section before them. */
export function explainListenFault({ section, host, port }: Wanted, error: unknown): Error {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return fault(`${section}.port: port ${port} on ${host} is already in use by another program`);
    case "EACCES":
      return fault(`${section}.port: this user may not open port ${port} on ${host}; choose one above 1023`);
    case "EADDRNOTAVAIL":
      return fault(`${section}.host: this machine has no address ${host}`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fault(`${section}.host: no address is known for the name ${host}`);
    default:
      return fault(`${section}: ${error instanceof Error ? error.message : String(error)}`);
  }

  function fault(text: string): Error {
    return new Error(text, { cause: error });
  }
}

/** Of system calls for sockets only: a file that may not be read is no port. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && ["listen", "bind", "getaddrinfo"].includes(syscall) ? code : undefined;
}
