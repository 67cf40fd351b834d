// The part of the form that source and sink share.
import JSONValue

enum ConnectionSchema {
  static let order: [JSONValue] = [
    "endpoint", "region", "addressing", "login", "access_key", "secret_key", "session_token", "profile", "authorities",
  ]

  static let properties: [String: JSONValue] = [
    "endpoint": [
      "type": "string", "title": "Endpoint", "x-group": "Connection", "x-placeholder": "https://s3.example.org",
      "description": "Address of the store. Empty for Amazon S3.",
    ],
    "region": [
      "type": "string", "title": "Region", "x-group": "Connection", "x-placeholder": "us-east-1",
      "description": "Empty takes AWS_REGION or the profile's, otherwise us-east-1.",
    ],
    "addressing": [
      "type": "string", "title": "Addresses", "x-group": "Connection", "x-advanced": true, "default": "auto",
      "enum": ["auto", "path", "virtual"],
      "description": "path: https://host/bucket/key. virtual: https://bucket.host/key. auto: virtual for Amazon only.",
    ],
    "login": [
      "type": "string", "title": "Log in with", "x-group": "Connection", "default": "auto",
      "enum": ["auto", "keys", "environment", "profile", "anonymous"],
      "description":
        "auto: the keys below if given, otherwise AWS_ACCESS_KEY_ID of the environment, otherwise a profile.",
    ],
    "access_key": [
      "type": "string", "title": "Access key", "x-group": "Connection", "x-placeholder": "AKIA…",
      "description": "The ID of the key, which is no secret.",
    ],
    "secret_key": ["type": "string", "title": "Secret key", "x-group": "Connection", "x-secret": true],
    "session_token": [
      "type": "string", "title": "Session token", "x-group": "Connection", "x-secret": true, "x-advanced": true,
      "description": "Only for temporary credentials.",
    ],
    "profile": [
      "type": "string", "title": "Profile", "x-group": "Connection", "x-options": "dynamic", "x-advanced": true,
      "description": "Of ~/.aws/credentials and ~/.aws/config. Empty takes AWS_PROFILE or 'default'.",
    ],
    "authorities": [
      "type": "string", "title": "Authorities", "x-group": "Connection", "x-advanced": true, "x-widget": "path",
      "description": "A PEM file of authorities to trust, for a store with a certificate of its own.",
    ],
  ]

  static let bucket: JSONValue = [
    "type": "string", "title": "Bucket", "minLength": 1, "x-options": "dynamic",
  ]

  static let connectionDocs = """
    **Any store that speaks S3**: leave the endpoint empty for Amazon; for another, write its address. Requests are \
    signed (Signature Version 4), payloads included; certificates are always verified; proxies come from the \
    environment.
    """
}
