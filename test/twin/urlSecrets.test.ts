// Which parts of URLs are secrets: examples of those who sign URLs, spelt as JSON libraries and other URLs spell them, and look-alikes.
import { describe, expect, it } from "vitest";
import { hideUrlSecrets } from "../../src/twin/urlSecrets.ts";

const SIG = "mY9%2FqGz3R1nB%2Bx0tHk5vLw%3D";
const HEX = "fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024";

/** What it is, the text, what is shown. */
const secrets: readonly (readonly [string, string, string])[] = [
  [
    "a shared access signature of Azure",
    `https://a.blob.core.windows.net/logs?sv=2022-11-02&se=2026-01-01T00%3A00%3A00Z&sr=c&sp=cw&sig=${SIG}`,
    "https://a.blob.core.windows.net/logs?sv=2022-11-02&se=2026-01-01T00%3A00%3A00Z&sr=c&sp=cw&sig=***",
  ],
  [
    "the same with its signature first and not escaped",
    "https://a/b?sig=ab+/c=d&se=2026",
    "https://a/b?sig=***&se=2026",
  ],
  [
    "a URL presigned by AWS, version 4",
    `https://b.s3.amazonaws.com/fw.bin?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAEXAMPLE%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=FwoGZXIvYXdzEJr&X-Amz-Signature=${HEX}`,
    "https://b.s3.amazonaws.com/fw.bin?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=***&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=***&X-Amz-Signature=***",
  ],
  [
    "one of AWS, version 2",
    "https://b/k?AWSAccessKeyId=AKIAEXAMPLE&Expires=1767225600&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D",
    "https://b/k?AWSAccessKeyId=***&Expires=1767225600&Signature=***",
  ],
  [
    "one of Google Cloud Storage",
    `https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=x%40p.iam.gserviceaccount.com%2F20260101&X-Goog-Expires=900&X-Goog-Signature=${HEX}`,
    "https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=***&X-Goog-Expires=900&X-Goog-Signature=***",
  ],
  [
    "one of CloudFront",
    `https://d/x?Expires=1&Signature=a~b-c_&Key-Pair-Id=K2JCJMDEHXQW5F`,
    "https://d/x?Expires=1&Signature=***&Key-Pair-Id=***",
  ],
  [
    "one of Alibaba",
    "https://o/x?OSSAccessKeyId=LTAI&Expires=1&Signature=a%3D&security-token=CAIS",
    "https://o/x?OSSAccessKeyId=***&Expires=1&Signature=***&security-token=***",
  ],
  ["one of Tencent", "https://c/x?q-sign-time=1;2&q-signature=abc", "https://c/x?q-sign-time=1;2&q-signature=***"],
  ["a token", "https://h/up?token=abc123", "https://h/up?token=***"],
  [
    "a token in a fragment",
    "https://h/cb#access_token=eyJ0.eyJz.sig&token_type=bearer",
    "https://h/cb#access_token=***&token_type=bearer",
  ],
  ["a token behind a route in a fragment", "https://h/#/up?id_token=e.y.J", "https://h/#/up?id_token=***"],
  ["a token in capitals", "HTTPS://H/UP?TOKEN=ABC", "HTTPS://H/UP?TOKEN=***"],
  ["a list of tokens, as PHP has it", "https://h/?token[]=a&token%5B%5D=b", "https://h/?token[]=***&token%5B%5D=***"],
  ["a name of which a letter is escaped", "https://h/?s%69g=abc", "https://h/?s%69g=***"],
  [
    "keys",
    "https://h/?api_key=a&apiKey=b&x-api-key=c&subscription-key=d",
    "https://h/?api_key=***&apiKey=***&x-api-key=***&subscription-key=***",
  ],
  ["a long key", "https://h/?key=AIzaSyD3xample0123456789", "https://h/?key=***"],
  [
    "a long code",
    "https://f.azurewebsites.net/api/f?code=9Wq0abcDEF1234567890==",
    "https://f.azurewebsites.net/api/f?code=***",
  ],
  [
    "a password as a parameter",
    "https://h/?user=ann&password=s3cret&client_secret=x",
    "https://h/?user=ann&password=***&client_secret=***",
  ],
  ["a session", "https://h/x;jsessionid=1A2B?y=1", "https://h/x;jsessionid=***"],
  ["user and password", "ftp://ann:s3cret@h/logs", "ftp://ann:***@h/logs"],
  ["a password with an @", "https://ann:s@cret@h/", "https://ann:***@h/"],
  ["a password alone", "ftps://:s3cret@h", "ftps://:***@h"],
  ["a password that should have been escaped", "ftp://ann:s/e?c r@et@h/x", "ftp://ann:***@h/x"],
  ["such a password and a signature", "ftp://ann:s/e?c r@et@h/x?sig=abc", "ftp://ann:***@h/x?sig=***"],
  ["a token as user", "https://ghp_0123456789abcdefghijABCDEFGHIJ@h/fw", "https://***@h/fw"],
  ["a password of a text that is cut off", "cannot fetch ftp://ann:s3cr", "cannot fetch ftp://ann:***@"],
  ["everything at once", `https://ann:s3cret@h/x?sig=${SIG}#token=t`, "https://ann:***@h/x?sig=***#token=***"],
  ["a URL in a sentence", `403 for "https://h/x?sig=abc", sorry`, `403 for "https://h/x?sig=***", sorry`],
  ["several URLs", "https://h/?sig=a https://h/?sig=b", "https://h/?sig=*** https://h/?sig=***"],
  ["a URL without its scheme", "/up?sig=abc&x=1", "/up?sig=***&x=1"],
  ["a URL in JSON", `{"location":"https://h/?a=1&sig=abc","n":1}`, `{"location":"https://h/?a=1&sig=***","n":1}`],
  [
    "a URL in JSON within JSON",
    String.raw`{"data":"{\"u\":\"https://h/?sig=abc\",\"n\":1}"}`,
    String.raw`{"data":"{\"u\":\"https://h/?sig=***\",\"n\":1}"}`,
  ],
  [
    "JSON that escapes slashes",
    String.raw`{"u":"ftp:\/\/ann:s3cret@h\/x","v":"https:\/\/h\/?sig=a\/b"}`,
    String.raw`{"u":"ftp:\/\/ann:***@h\/x","v":"https:\/\/h\/?sig=***"}`,
  ],
  [
    "JSON that escapes what HTML would read",
    String.raw`{"u":"https://h/?a=1\u0026sig\u003dab\u002Bc\u0026se=2"}`,
    String.raw`{"u":"https://h/?a=1\u0026sig\u003d***\u0026se=2"}`,
  ],
  [
    "the same within JSON",
    String.raw`{"data":"{\"u\":\"https://h/?a=1\\u0026sig=abc\"}"}`,
    String.raw`{"data":"{\"u\":\"https://h/?a=1\\u0026sig=***\"}"}`,
  ],
  ["a URL in HTML or XML", "<a href='https://h/?a=1&amp;sig=abc'>", "<a href='https://h/?a=1&amp;sig=***'>"],
  [
    "a URL in a URL",
    `https://h/go?to=https%3A%2F%2Fann%3As3cret%40i%2F%3Fa%3D1%26sig%3Dabc%26se%3D2`,
    `https://h/go?to=https%3A%2F%2Fann%3A***@i%2F%3Fa%3D1%26sig%3D***%26se%3D2`,
  ],
  [
    "a URL in a URL in a URL",
    "https://h/?to=https%253A%252F%252Fi%253Fsig%253Dabc%2526se%253D2",
    "https://h/?to=https%253A%252F%252Fi%253Fsig%253D***%2526se%253D2",
  ],
  [
    "a connection string",
    "BlobEndpoint=https://a/;SharedAccessSignature=sv=2022&sig=abc",
    "BlobEndpoint=https://a/;SharedAccessSignature=***&sig=***",
  ],
  ["a header", "Authorization: Basic YW5uOnMzY3JldA==", "Authorization: Basic ***"],
  ["a header in JSON", `{"Authorization":"Bearer eyJ0.e.s"}`, `{"Authorization":"Bearer ***"}`],
  ["a URL of the built-in target", `http://a/up/0123456789abcdef0123456789abcdef/`, "http://a/up/***/"],
];

/** What a person needs to read, though it looks alike. */
const harmless: readonly string[] = [
  "https://h/x?design=blue&signal=5&assign=me",
  "https://h/x?sigma=1&insig=2&sigs=3",
  "https://h/x?tokens=3&token_type=bearer&tokenizer=bpe",
  "https://h/x?key=HeartbeatInterval&keyword=a&monkey=1",
  "https://h/x?code=404&country_code=DE&pin=3&auth=none&pass=true&sign=plus",
  "https://h/x?signatureVersion=4&X-Amz-Algorithm=AWS4&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60",
  "https://h/x?sig&token&y=1",
  "https://h/x?sig=&token=#top",
  "https://h/token/sig/signature.html#signature",
  "https://h/a:b@c?d=e@f:g",
  "https://ann@h:80/x",
  "https://ann-marie.long.name@h/x",
  "https://h:8080/x",
  "ws://127.0.0.1:9000/CP001",
  "http://[::1]:80/a@b",
  "http://[2001:db8::1]:80",
  "opc.tcp://host:4840",
  "ftp://h:21",
  "connecting to ws://10.0.0.5:9000",
  "mailto:ann@h",
  "ann:bob@h is no URL",
  "token=abc is a word and no URL",
  "sig = 5; token = 6",
  "Energy: 5 kWh; at 12:30@home",
  "Authorization: none",
  "authorization failed",
  `{"url":"http://h:80","mail":"ann@h"}`,
  `{"idTag":"TOKEN=5","vendorId":"com.acme"}`,
  `{"a":"https://h/x?y=1","b":"c:d@e"}`,
  "5 > 4 & sign",
  "",
];

describe("of a text", () => {
  it.each(secrets)("%s is shown without its secrets", (_, text, shown) => {
    expect(hideUrlSecrets(text)).toBe(shown);
    // Whatever passes twice says the same.
    expect(hideUrlSecrets(shown)).toBe(shown);
  });

  it.each(harmless)("%j stays as it is", (text) => {
    expect(hideUrlSecrets(text)).toBe(text);
  });

  it.each(secrets.filter(([, text]) => text.startsWith("{")))("%s stays JSON where it was", (_, text) => {
    expect(() => JSON.parse(hideUrlSecrets(text)) as unknown).not.toThrow();
  });

  // With an expression that begins anew at each of them it would take minutes.
  it.each([
    "x",
    "?",
    "&sig",
    "?sig=",
    "?sig=a&",
    "?a=",
    "?key=",
    "%",
    "%25",
    "%2525252525",
    "%26sig%3d",
    "\\",
    "\\u0026",
    "\\u0026sig\\u003d",
    "://",
    ":\\/\\/",
    "%3a%2f%2f",
    "://a:",
    "://a:b@",
    "http://a:b",
    "http://abcdefghijklmnopqrstuv",
    "://a%3a",
    "%3a%2f%2fa:",
    "%3a%2f%2fa:1",
    "ftp:",
    "authorization",
    "authorization: basic ",
    "[",
    "@",
  ])("a million characters of %j take one pass", (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    for (const each of [text, `${text} `]) expect(typeof hideUrlSecrets(each)).toBe("string");
  });
});
