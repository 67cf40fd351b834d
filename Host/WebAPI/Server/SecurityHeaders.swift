// What every response says to browsers: nothing foreign runs, nothing is framed, nothing is guessed.

enum SecurityHeaders {
  static let all: [(String, String)] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
  ]

  static let page =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    + "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    + "frame-ancestors 'none'"

  /// For data: nothing in it may ever run as a page.
  static let data = "default-src 'none'; frame-ancestors 'none'; sandbox"

  /// A plugin's own panel: one page with an origin of its own, which runs its own script and reaches nothing. All of
  /// it is the plugin's, so inline script is no hole here; what it may know comes by messages.
  static let panel = [
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        + "connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-scripts"
    ),
    ("X-DNS-Prefetch-Control", "off"), ("Cache-Control", "no-store"),
  ]
}
