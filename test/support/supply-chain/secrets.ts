/** A pattern for each kind of secret. Only secrets of this kind match it. */
const patterns: Readonly<Record<string, RegExp>> = {
  'a private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
  'a private JWK': /"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/,
  'a signed token': /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/,
  'an access key of AWS': /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z2-7]{16}\b/,
  'a secret key of AWS': /aws_secret_access_key["'\s:=]+[A-Za-z0-9/+]{40}\b/i,
  'a token of GitHub': /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/,
  'a token of npm': /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[^$\s]/,
  'a key of Google': /\bAIza[A-Za-z0-9_-]{35}\b/,
  'a token of Slack': /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  'a client secret of Auth0': /client_?secret["'\s:=]+[A-Za-z0-9_-]{48,}/i,
  'a password in an address': /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`$<>{}]+:[^\s/@'"`$<>{}]{6,}@[a-z0-9]/i,
};

/** The kinds of secrets that a text contains. */
export function secretsIn(text: string): string[] {
  return Object.entries(patterns)
    .filter(([, pattern]) => pattern.test(text))
    .map(([kind]) => kind);
}
