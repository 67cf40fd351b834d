// The fields of a form that both components share: how to sign in, which folder, where Google answers.
import JSONValue

enum AccessSchema {
  static let auth: JSONValue = [
    "title": "Sign in", "type": "object", "x-group": "Google account", "required": ["method"],
    "oneOf": [oauth, serviceAccount, accessToken],
  ]

  private static let oauth: JSONValue = [
    "title": "A person (OAuth)", "type": "object", "additionalProperties": false, "required": ["method", "client_id"],
    "x-order": ["method", "client_id", "client_secret", "signed_in", "refresh_token"],
    "properties": [
      "method": ["const": "oauth"],
      "client_id": [
        "type": "string", "title": "Client id", "minLength": 1, "x-placeholder": "….apps.googleusercontent.com",
        "description":
          "Of a client of type \"Desktop app\" (or \"TVs and limited input devices\") in the Google Cloud console.",
      ],
      "client_secret": [
        "type": "string", "title": "Client secret", "x-secret": true,
        "description": "It came with the client id.",
      ],
      "signed_in": [
        "type": "string", "title": "Signed in", "x-options": "dynamic", "maxLength": 8192,
        "description":
          "Open this field to sign in. What it then holds is the sign-in, sealed with the client secret. Leave it empty if a refresh token is given below.",
      ],
      "refresh_token": [
        "type": "string", "title": "Refresh token", "x-secret": true,
        "description": "In place of a sign-in in this form: what the plugin's program sign-in stored.",
      ],
    ],
  ]

  private static let serviceAccount: JSONValue = [
    "title": "A service account", "type": "object", "additionalProperties": false, "required": ["method", "key"],
    "x-order": ["method", "key", "subject"],
    "properties": [
      "method": ["const": "service_account"],
      "key": [
        "type": "string", "title": "Key", "x-secret": true,
        "description": "The JSON file of the account's key, whole. Share the folder with the account's address.",
      ],
      "subject": [
        "type": "string", "title": "Act for", "format": "email", "x-advanced": true,
        "description": "A person of your domain, where the account has domain-wide delegation.",
      ],
    ],
  ]

  private static let accessToken: JSONValue = [
    "title": "An access token", "type": "object", "additionalProperties": false, "required": ["method", "token"],
    "properties": [
      "method": ["const": "access_token"],
      "token": [
        "type": "string", "title": "Access token", "x-secret": true,
        "description": "Lasts an hour at most and is not renewed: for trying things out.",
      ],
    ],
  ]

  static func folder(_ description: String) -> JSONValue {
    [
      "type": "string", "title": "Folder", "x-options": "dynamic", "default": "My Drive",
      "x-placeholder": "My Drive/Reports", "description": .string(description), "x-group": "Google account",
    ]
  }

  static let attempts: JSONValue = [
    "type": "integer", "title": "Tries", "minimum": 1, "maximum": 20, "default": 8, "x-advanced": true,
    "description": "How often a call is made before it is given up, when Google's limits or the line are in the way.",
  ]

  static let endpoints: JSONValue = [
    "type": "object", "title": "Addresses", "additionalProperties": false, "x-advanced": true,
    "description": "Others than Google's public ones, such as those of Private Google Access.",
    "properties": [
      "api": ["type": "string", "title": "API", "x-placeholder": "https://www.googleapis.com"],
      "token": ["type": "string", "title": "Token", "x-placeholder": "https://oauth2.googleapis.com/token"],
      "device": [
        "type": "string", "title": "Device codes", "x-placeholder": "https://oauth2.googleapis.com/device/code",
      ],
      "authorization": [
        "type": "string", "title": "Sign-in page", "x-placeholder": "https://accounts.google.com/o/oauth2/v2/auth",
      ],
    ],
  ]

  static func parallel(_ what: String) -> JSONValue {
    [
      "type": "integer", "title": "At once", "minimum": 1, "maximum": 16, "default": 4, "x-group": "Transfer",
      "description": .string(what),
    ]
  }
}
