// What a client may send to say who it is (OPC 10000-4 §7.40), bounded before the library decrypts it, writes it into its log or tells it to
// administrators. It judges nobody.
import {
  ActivateSessionRequest,
  StatusCodes,
  UserNameIdentityToken,
  X509IdentityToken,
  type OPCUAServer,
  type RequestHeader,
  type StatusCode,
  type UserIdentityToken,
} from "node-opcua";
import { LONGEST_SPELLING } from "../twin/accounts.ts";

/** Characters of a policy's or algorithm's name, or of what a client itself calls its request. */
const LONGEST_TEXT = 256;
/** Bytes of an encrypted password: sixteen blocks of the shortest key, each of which takes a millisecond. None of an account is as long. */
const LONGEST_PASSWORD = 4096;
/** Bytes of a certificate with those of its issuers. */
const LONGEST_CERTIFICATE = 16_384;

/** Cuts, in whatever clients ask for, the texts that events show; `spellingOf` knows how the user's account writes his name. */
export function boundTexts(server: OPCUAServer, spellingOf: (userName: string) => string): void {
  server.on("request", (request: { readonly requestHeader: RequestHeader }) => {
    const { requestHeader } = request;
    requestHeader.auditEntryId = cut(requestHeader.auditEntryId);
    if (request instanceof ActivateSessionRequest)
      boundToken(request.userIdentityToken as UserIdentityToken | null, spellingOf);
  });
}

function boundToken(token: UserIdentityToken | null, spellingOf: (userName: string) => string): void {
  if (token === null) return;
  token.policyId = cut(token.policyId);
  if (token instanceof X509IdentityToken)
    // One byte more, so that it is still too long.
    token.certificateData = token.certificateData.subarray(0, LONGEST_CERTIFICATE + 1);
  if (!(token instanceof UserNameIdentityToken)) return;
  token.encryptionAlgorithm = cut(token.encryptionAlgorithm);
  token.userName = token.userName === null ? null : spellingOf(token.userName.slice(0, LONGEST_SPELLING + 1));
}

function cut(text: string | null): string | null {
  return text === null ? null : text.slice(0, LONGEST_TEXT);
}

/** Why a token is not even looked at; undefined when it is. */
export function refusalOf(token: UserIdentityToken): StatusCode | undefined {
  const isRefused =
    token instanceof UserNameIdentityToken
      ? // In clear, the library would write it into its log.
        isClear(token) || isTooLong(token)
      : token instanceof X509IdentityToken && token.certificateData.length > LONGEST_CERTIFICATE;
  return isRefused ? StatusCodes.BadIdentityTokenInvalid : undefined;
}

/** A password that is not encrypted (OPC 10000-4 §7.40.4). */
function isClear({ encryptionAlgorithm }: UserNameIdentityToken): boolean {
  return (encryptionAlgorithm ?? "") === "";
}

function isTooLong({ userName, password }: UserNameIdentityToken): boolean {
  return (userName ?? "").length > LONGEST_SPELLING || password.length > LONGEST_PASSWORD;
}
