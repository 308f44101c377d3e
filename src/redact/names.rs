//! The words that names of secrets end in.
//!
//! Owns the lists, and that of the names beside which a secret's holder keeps what anyone may know. They are written without `-`, `_`, `.`, blanks and capitals.

/// Written without `-`, `_`, `.`, blanks and capitals; a key is secret when it ends so.
pub(super) const ENDINGS: &[(&[u8], &str)] = &[
    (b"password", "password"),
    (b"passwd", "password"),
    (b"passphrase", "password"),
    (b"passwort", "password"),
    (b"passcode", "password"),
    (b"kennwort", "password"),
    (b"sshpass", "password"),
    (b"askpass", "password"),
    (b"initialmanagement", "token"),
    (b"tokenvalue", "token"),
    (b"privatekeyid", "key"),
    (b"privatemac", "key"),
    (b"certificatekey", "secret-key"),
    (b"adminkey", "api-key"),
    (b"writekey", "api-key"),
    (b"servicekey", "api-key"),
    (b"keycontent", "password"),
    (b"motdepasse", "password"),
    (b"contrasena", "password"),
    (b"pwd", "password"),
    (b"userpass", "password"),
    (b"dbpass", "password"),
    (b"requirepass", "password"),
    (b"masterauth", "password"),
    (b"rediscliauth", "password"),
    (b"bindcredentials", "password"),
    (b"authtok", "password"),
    (b"smtppass", "password"),
    (b"rootpass", "password"),
    (b"adminpass", "password"),
    (b"bindpw", "password"),
    (b"rootpw", "password"),
    (b"userpw", "password"),
    (b"keypass", "password"),
    (b"storepass", "password"),
    (b"secretkey", "secret-key"),
    (b"secretaccesskey", "secret-key"),
    (b"secretkeybase", "secret-key"),
    (b"accesskey", "access-key"),
    (b"accesskeysecret", "secret-key"),
    (b"privatekey", "private-key"),
    (b"clientkeydata", "private-key"),
    (b"apikey", "api-key"),
    (b"apisecret", "secret"),
    (b"apptoken", "token"),
    (b"appkey", "api-key"),
    (b"applicationkey", "api-key"),
    (b"authkey", "auth-key"),
    (b"authtoken", "token"),
    (b"encryptionkey", "secret-key"),
    (b"cryptkey", "secret-key"),
    (b"decryptionkey", "secret-key"),
    (b"signingkey", "secret-key"),
    (b"masterkey", "secret-key"),
    (b"sharedkey", "secret-key"),
    (b"sharedaccesskey", "secret-key"),
    (b"presharedkey", "secret-key"),
    (b"accountkey", "secret-key"),
    (b"storagekey", "secret-key"),
    (b"sessionkey", "secret-key"),
    (b"subscriptionkey", "api-key"),
    (b"functionskey", "api-key"),
    (b"unsealkey", "secret-key"),
    (b"recoverykey", "secret-key"),
    (b"recoverycode", "secret-key"),
    (b"securitykey", "secret-key"),
    (b"hmackey", "secret-key"),
    (b"aeskey", "secret-key"),
    (b"fernetkey", "secret-key"),
    (b"jwtkey", "secret-key"),
    (b"cookiekey", "secret-key"),
    (b"seedphrase", "password"),
    (b"mnemonic", "password"),
    (b"connectionpassword", "password"),
    (b"secretstring", "secret"),
    (b"secretvalue", "secret"),
    (b"secrettext", "secret"),
    (b"secretbinary", "secret"),
    (b"secretid", "secret"),
    (b"secret", "secret"),
    (b"token", "token"),
];

/// Ends as in [`ENDINGS`], but names what anyone may know.
#[rustfmt::skip]
pub(super) const PUBLIC: &[&[u8]] = &[
    b"issecret", b"pveapitoken", b"pbsapitoken", b"pmgapitoken", b"pdmapitoken", b"haspassword", b"nopassword",
    b"showpassword", b"resetpassword", b"changepassword", b"forgotpassword", b"getpassword", b"nexttoken",
    b"pagetoken", b"continuationtoken", b"eostoken", b"bostoken", b"padtoken", b"unktoken", b"stoptoken", b"maxtoken",
    b"septoken", b"masktoken", b"pertoken", b"starttoken", b"endtoken", b"cancellationtoken", b"existingsecret",
    b"pullsecret", b"tlssecret", b"imagesecret", b"publickeytoken", b"publicaccesskey", b"oldpwd", b"csrftokenname",
    b"lasttoken", b"synctoken", b"resourcetoken", b"clienttokenid", b"secretidaccessor", b"unexpectedtoken",
    b"idempotencytoken",
];

/// Whole last words that are secret; too short to be looked for within a word.
pub(super) const LAST_WORDS: &[(&[u8], &str)] = &[
    (b"pass", "password"),
    (b"pw", "password"),
    (b"psw", "password"),
    (b"psk", "password"),
    (b"creds", "secret"),
    (b"jwt", "jwt"),
    (b"pat", "token"),
    (b"otp", "otp"),
    (b"totp", "otp"),
    (b"bearer", "bearer"),
];

/// Last words beside which only what looks drawn by lot is secret.
pub(super) const IF_DRAWN: &[(&[u8], &str)] = &[
    (b"key", "key"),
    (b"keys", "key"),
    (b"tokens", "token"),
    (b"secrets", "secret"),
    (b"passwords", "password"),
    (b"credential", "secret"),
    (b"credentials", "secret"),
    (b"salt", "salt"),
    (b"cookie", "cookie"),
    (b"session", "session"),
    (b"sessionid", "session"),
    (b"jsessionid", "session"),
    (b"phpsessid", "session"),
    (b"encrypt", "encrypt"),
    (b"sid", "session"),
    (b"sessid", "session"),
    (b"signature", "signature"),
    (b"code", "code"),
    (b"nonce", "nonce"),
    (b"sas", "signature"),
    (b"sig", "signature"),
    (b"seed", "secret"),
    (b"assertion", "token"),
    (b"license", "key"),
];

/// What the holder of a secret keeps beside it, and anyone may know. Compared with the ends of names.
#[rustfmt::skip]
const OPEN: &[&[u8]] = &[
    b"username", b"user", b"host", b"hostname", b"port", b"database", b"dbname", b"region", b"email", b"endpoint",
    b"token-id", b"url", b"type", b"name",
];

/// Whether the value beside a name is open though secrets stand around it: `username` of a Secret.
pub(super) fn is_open(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let ends = |end: &&[u8]| {
        name.len() >= end.len() && name.get(name.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    OPEN.iter().any(ends) || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"usage-"))
}
