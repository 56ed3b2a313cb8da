// The tokens in the URLs of the built-in target of file transfers: whoever knows one may upload or fetch a file in the place of a
// charge point, so that they are sent to it alone and shown to nobody. Pure.

const TOKEN_IN_PATH = /\/(up|firmware)\/[0-9a-f]{32}(?![0-9a-f])/gu;
/** By FTP the token is user and password, each half of it. */
const TOKEN_AS_LOGIN = /(ftp:\/\/)[0-9a-f]{16}:[0-9a-f]{16}@/giu;

/** The text with every such token replaced; the rest of the URL says what it is for. */
export function hideFileTokens(text: string): string {
  return text.replace(TOKEN_IN_PATH, "/$1/***").replace(TOKEN_AS_LOGIN, "$1***@");
}
