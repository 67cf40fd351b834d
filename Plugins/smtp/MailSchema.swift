// What the component says about itself: form and docs.
import JSONValue
import PluginKit

enum MailSchema {
  static let descriptor = ComponentDescriptor(
    "notify", title: "Mail", summary: "Sends events by mail over SMTP with TLS, each once.", docs: docs,
    config: [
      "type": "object", "additionalProperties": false, "required": ["host", "from", "to"],
      "properties": [
        "host": [
          "type": "string", "title": "Mail server", "x-order": 1, "x-group": "Server", "minLength": 1,
          "x-placeholder": "smtp.example.org",
        ],
        "port": [
          "type": "integer", "title": "Port", "minimum": 1, "maximum": 65535, "x-order": 2, "x-group": "Server",
          "description": "Absent: 587 for starttls, 465 for tls, 25 for none.",
        ],
        "security": [
          "type": "string", "title": "Security", "enum": ["starttls", "tls", "none"], "default": "starttls",
          "x-order": 3,
          "x-group": "Server", "description": "none: to this machine only.",
        ],
        "user": ["type": "string", "title": "User", "x-order": 4, "x-group": "Server", "minLength": 1],
        "password": ["title": "Password", "x-secret": true, "x-order": 5, "x-group": "Server"],
        "authorities": [
          "type": "string", "title": "Authorities", "x-widget": "path", "x-order": 6, "x-group": "Server",
          "x-advanced": true, "description": "A PEM file of authorities to trust in place of the system's.",
        ],
        "from": [
          "type": "string", "title": "From", "x-order": 7, "x-group": "Mail", "minLength": 3,
          "x-placeholder": "OpenTrustEval <ote@example.org>",
        ],
        "to": [
          "type": "array", "title": "To", "x-order": 8, "x-group": "Mail", "minItems": 1, "maxItems": 100,
          "items": ["type": "string", "minLength": 3],
        ],
        "subject": [
          "type": "string", "title": "Beginning of the subject", "x-order": 9, "x-group": "Mail", "maxLength": 100,
        ],
        "attempts": [
          "type": "integer", "title": "Tries", "default": 3, "minimum": 1, "maximum": 10, "x-order": 10,
          "x-group": "Mail", "x-advanced": true,
        ],
        "timeout_s": [
          "type": "number", "title": "Time for a try", "default": 12, "minimum": 1, "maximum": 600, "x-unit": "s",
          "x-order": 11, "x-group": "Mail", "x-advanced": true,
        ],
      ],
    ],
    examples: [
      Example(
        "By STARTTLS",
        config: [
          "host": "smtp.example.org", "user": "ote", "password": ["$secret": "mail"], "from": "ote@example.org",
          "to": ["ops@example.org"], "subject": "[OpenTrustEval]",
        ])
    ])

  private static let docs = """
    One mail for each event, as plain text and as HTML. The subject names pipeline, event and status; the text has the problems, the
    gates that stopped the run, and where to look.

    TLS is a must (STARTTLS on 587, or from the start on 465), certificates are verified. Without it only a server on this machine
    is spoken to. Answers of 4xx and failures of the line are tried again; 5xx and a refused password are not.

    The same event is mailed once. Where a try was cut off after the server had taken the mail, a second one may
    arrive: it has the same Message-ID.
    """
}
