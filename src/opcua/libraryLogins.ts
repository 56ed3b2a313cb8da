// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where users are concerned: the library goes by the name that a token
// or a certificate bears, so that a certificate that says `CN=administrator` would be one; ours goes by the account that has let it in.
import { X509Certificate } from "node:crypto";
import {
  SessionContext,
  StatusCodes,
  UserNameIdentityToken,
  X509IdentityToken,
  type ISessionContext,
  type NodeId,
  type OPCUAServer,
  type ServerSession,
  type StatusCode,
  type UserIdentityToken,
} from "node-opcua";
import { boundTexts, refusalOf } from "./libraryTokens.ts";

/** Who a session is now. */
export interface Identity {
  readonly user: string;
  /** None: it may do nothing. */
  readonly roles: NodeId[];
}

export interface Admission {
  /** Lets one of the open sessions in, or says why not; passwords and signatures have been found right. */
  admit(session: ServerSession, token: UserIdentityToken, open: readonly ServerSession[]): StatusCode | undefined;
  /** Why a password was not found right; undefined when it is wrong. */
  whyRefused(session: ServerSession): StatusCode | undefined;
  /** The name of a user as his account writes it; of nobody's as it is. */
  spellingOf(userName: string): string;
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
  const isAuthorized = internal.isUserAuthorized.bind(server);
  /** Whoever sends request after request would have as many passwords decrypted and hashed at once. */
  const activating = new WeakSet<ServerSession>();
  internal.isValidUserIdentityToken = (...args) => {
    const [channel, session, token, signature, endpoint, callback] = args;
    const refusal = activating.has(session) ? StatusCodes.BadTooManyOperations : refusalOf(token);
    if (refusal !== undefined) return callback(null, refusal);
    activating.add(session);
    return isValid(channel, session, token, signature, endpoint, (error, statusCode) => {
      if (error !== null || statusCode?.isGood() !== true) activating.delete(session);
      callback(error, statusCode);
    });
  };
  internal.isUserAuthorized = (channel, session, token, callback) =>
    isAuthorized(channel, session, token, (error, isAllowed, statusCode) => {
      activating.delete(session);
      if (error !== null) return callback(error, false, statusCode);
      if (isAllowed !== true) return callback(null, false, admission.whyRefused(session) ?? statusCode);
      const open = server.engine.getSessions();
      // It may have been closed meanwhile.
      const refusal = open.includes(session) ? admission.admit(session, token, open) : StatusCodes.BadSessionClosed;
      return callback(null, refusal === undefined, refusal);
    });
  boundTexts(server, (userName) => admission.spellingOf(userName));
  patchContexts();
  server.on("create_session", (session: ServerSession) => identities.set(session, () => admission.identityOf(session)));
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

/** ClientUserId of audit events, as the library says it of sessions: what the client has said, and not the name of the account (OPC 10000-5 §6.4.3). */
export function clientUserIdOf({ session }: ISessionContext): string | null {
  const token = (session as Pick<ServerSession, "userIdentityToken"> | undefined)?.userIdentityToken;
  if (token instanceof UserNameIdentityToken) return token.userName;
  if (!(token instanceof X509IdentityToken)) return null;
  return /^CN=(.*)$/mu.exec(new X509Certificate(token.certificateData).subject)?.[1] ?? "";
}
