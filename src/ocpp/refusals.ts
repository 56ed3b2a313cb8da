// What a WebSocket handshake is refused with: status, sentence and headers (RFC 9110 §15). Pure; decides nothing.

export interface Refused {
  readonly kind: "refused";
  readonly status: 401 | 404 | 429 | 503;
  /** One sentence, for the charge point and the log. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity?: string;
  /** It has only not said yet what it is asked for. */
  readonly isChallenge?: true;
}

export const BUSY_RETRY_SECONDS = 5;

export function unknown(reason: string): Refused {
  return { kind: "refused", status: 404, reason, headers: {} };
}

export function unauthorized(reason: string): Refused {
  const headers = { "WWW-Authenticate": 'Basic realm="OCPP", charset="UTF-8"' };
  return { kind: "refused", status: 401, reason, headers };
}

export const challenge: Refused = { ...unauthorized("the Authorization header is missing"), isChallenge: true };

/** Another password would not help; the scheme only says so, since an answer 401 must name one (RFC 9110 §15.5.2). */
export function uncertified(reason: string): Refused {
  return { kind: "refused", status: 401, reason, headers: { "WWW-Authenticate": 'Certificate realm="OCPP"' } };
}

export function busy(reason: string, seconds = BUSY_RETRY_SECONDS): Refused {
  return retryLater(503, reason, seconds);
}

export function retryLater(status: 429 | 503, reason: string, seconds: number): Refused {
  const headers = { "Retry-After": String(seconds) };
  return { kind: "refused", status, reason, headers };
}
