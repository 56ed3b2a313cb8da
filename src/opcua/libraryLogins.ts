// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where users are concerned: the library goes by the name that a token
// or a certificate bears, so that a certificate that says `CN=administrator` would be one; ours goes by the account that has let it in.
import {
  SessionContext,
  StatusCodes,
  UserNameIdentityToken,
  type NodeId,
  type OPCUAServer,
  type ServerSession,
  type StatusCode,
  type UserIdentityToken,
} from "node-opcua";

/** Who a session is now. */
export interface Identity {
  readonly user: string;
  /** None: it may do nothing. */
  readonly roles: NodeId[];
}

export interface Admission {
  /** Lets one of the open sessions in, or says why not; passwords and signatures have been found right. */
  admit(session: ServerSession, token: UserIdentityToken, open: readonly ServerSession[]): StatusCode | undefined;
  /** Also of a session that is closed. */
  identityOf(session: ServerSession): Identity;
}

type Authorized = (error: Error | null, isAuthorized?: boolean, statusCode?: StatusCode) => void;
type Validated = (error: Error | null, statusCode?: StatusCode) => void;

interface ChecksTokens {
  isUserAuthorized(channel: unknown, session: ServerSession, token: UserIdentityToken, callback: Authorized): void;
  /** Five arguments and the callback. */
  isValidUserIdentityToken(...args: [unknown, ServerSession, UserIdentityToken, unknown, unknown, Validated]): void;
}

export function admitUsers(server: OPCUAServer, admission: Admission): void {
  const internal = server as unknown as ChecksTokens;
  const isValid = internal.isValidUserIdentityToken.bind(server);
  internal.isValidUserIdentityToken = (...args) => {
    const [, , token, , , callback] = args;
    // The library would write it into its log.
    if (isClear(token)) callback(null, StatusCodes.BadIdentityTokenInvalid);
    else isValid(...args);
  };
  const isAuthorized = internal.isUserAuthorized.bind(server);
  internal.isUserAuthorized = (channel, session, token, callback) =>
    isAuthorized(channel, session, token, (error, isAllowed, statusCode) => {
      if (error !== null || isAllowed !== true) return callback(error, false, statusCode);
      const open = server.engine.getSessions();
      // It may have been closed meanwhile.
      const refusal = open.includes(session) ? admission.admit(session, token, open) : StatusCodes.BadSessionClosed;
      return callback(null, refusal === undefined, refusal);
    });
  patchContexts();
  server.on("create_session", (session: ServerSession) => identities.set(session, () => admission.identityOf(session)));
}

/** A password that is not encrypted (OPC 10000-4 §7.40.4). */
function isClear(token: UserIdentityToken): boolean {
  return token instanceof UserNameIdentityToken && (token.encryptionAlgorithm ?? "") === "";
}

interface AsksForRights {
  getCurrentUserRoles: (this: SessionContext) => NodeId[];
  getUserName: (this: SessionContext) => string;
}

const identities = new WeakMap<object, () => Identity>();
let isPatched = false;

/** Every context of a session asks here, also those that are made for one call; once a thread. */
function patchContexts(): void {
  if (isPatched) return;
  isPatched = true;
  const contexts = SessionContext.prototype as AsksForRights;
  const { getCurrentUserRoles, getUserName } = contexts;
  const identityIn = (context: SessionContext): Identity | undefined =>
    context.session === undefined ? undefined : identities.get(context.session)?.();
  contexts.getCurrentUserRoles = function () {
    return identityIn(this)?.roles ?? getCurrentUserRoles.call(this);
  };
  contexts.getUserName = function () {
    return identityIn(this)?.user ?? getUserName.call(this);
  };
}

/** Ends a session with its subscriptions. */
export function endSession(server: OPCUAServer, { authenticationToken }: ServerSession): void {
  server.engine.closeSession(authenticationToken, true, "Terminated");
}
