// The JSON Schema of a pipeline document: what an editor completes and checks while one types.

extension PipelineDocument {
  /// JSON Schema 2020-12 as text. The parser checks more (names, references, units); it accepts nothing this refuses.
  package static let documentSchema = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "OpenTrustEval pipeline",
      "type": "object",
      "required": ["apiVersion", "kind", "metadata", "nodes"],
      "additionalProperties": false,
      "properties": {
        "apiVersion": {"const": "opentrusteval/v1"},
        "kind": {"const": "Pipeline"},
        "metadata": {
          "type": "object",
          "required": ["name"],
          "additionalProperties": false,
          "properties": {
            "name": {"$ref": "#/$defs/name"},
            "title": {"type": "string"},
            "description": {"type": "string"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}}
          }
        },
        "requires": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "plugins": {
              "type": "object",
              "description": "Version range by plugin: >=1.0, ^1.2, 1.x, =1.0.0",
              "additionalProperties": {"type": "string", "minLength": 1}
            }
          }
        },
        "parameters": {
          "type": "object",
          "description": "A JSON Schema for each parameter; without a default it must be given",
          "propertyNames": {"$ref": "#/$defs/name"},
          "additionalProperties": {"type": "object"}
        },
        "nodes": {
          "type": "object",
          "maxProperties": 2000,
          "propertyNames": {"$ref": "#/$defs/name"},
          "additionalProperties": {"$ref": "#/$defs/node"}
        },
        "limits": {"$ref": "#/$defs/limits"},
        "retry": {"$ref": "#/$defs/retry"},
        "isolation": {"const": "run"},
        "models": {
          "type": "object",
          "propertyNames": {"$ref": "#/$defs/name"},
          "description": "A name for a model: nodes connect to it by 'in'",
          "additionalProperties": {"$ref": "#/$defs/binding"}
        },
        "schedule": {
          "type": "object",
          "description": "When ote serve runs it: cron or every, on, or both",
          "anyOf": [{"required": ["cron"]}, {"required": ["every"]}, {"required": ["on"]}],
          "not": {"required": ["cron", "every"]},
          "dependentRequired": {"from": ["every"]},
          "additionalProperties": false,
          "properties": {
            "cron": {"type": "string", "pattern": "^ *(@[a-z]+|[^ ]+( +[^ ]+){4}) *$"},
            "every": {"$ref": "#/$defs/duration"},
            "from": {"type": "string", "description": "2026-11-27T06:00:00Z: where every counts from"},
            "on": {
              "type": "object",
              "required": ["dataset"],
              "additionalProperties": false,
              "properties": {
                "dataset": {
                  "anyOf": [
                    {"type": "string", "minLength": 1},
                    {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
                  ]
                }
              }
            },
            "timezone": {"type": "string", "description": "Europe/Berlin; UTC unless given"},
            "catch_up": {"enum": ["latest", "all", "none"], "default": "latest"},
            "parameters": {"type": "object"},
            "priority": {"type": "integer", "minimum": -100, "maximum": 100, "default": 0},
            "max_active": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
            "pause_after_failures": {"type": "integer", "minimum": 1, "maximum": 1000}
          }
        },
        "notify": {"type": "array", "items": {"$ref": "#/$defs/notification"}}
      },
      "$defs": {
        "name": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"},
        "output": {"type": "string", "pattern": "^[^.]+([.][^.]+)?$", "description": "node or node.port"},
        "duration": {"type": "string", "pattern": "^([0-9]+([.][0-9]*)?(ms|s|m|h|d))+$"},
        "size": {
          "anyOf": [
            {"type": "string", "pattern": "^[0-9]+([.][0-9]*)? *(B|[kKMGT]B|[KMGT]iB)$"},
            {"type": "integer", "minimum": 1048576}
          ]
        },
        "connection": {"type": "string", "minLength": 1, "description": "A saved connection: its fields, beneath 'with'"},
        "model": {
          "type": "string",
          "description": "A registered model: NAME, NAME@VERSION or NAME@ALIAS",
          "pattern": "^(model:)?[A-Za-z0-9][A-Za-z0-9._/-]{0,199}(@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$"
        },
        "binding": {
          "anyOf": [
            {"$ref": "#/$defs/model"},
            {
              "type": "object",
              "anyOf": [{"required": ["use"]}, {"required": ["model"]}, {"required": ["connection"]}],
              "not": {"required": ["model", "in"]},
              "additionalProperties": false,
              "properties": {
                "use": {"$ref": "#/$defs/use"},
                "model": {"$ref": "#/$defs/model"},
                "connection": {"$ref": "#/$defs/connection"},
                "in": {"$ref": "#/$defs/inputs"},
                "with": {"type": "object", "description": "The provider's configuration"}
              }
            }
          ]
        },
        "use": {
          "type": "string",
          "description": "plugin/component, optionally @version",
          "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}/[A-Za-z][A-Za-z0-9_-]{0,63}(@.+)?$"
        },
        "inputs": {
          "anyOf": [
            {"$ref": "#/$defs/output"},
            {"type": "array", "items": {"$ref": "#/$defs/output"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/output"}}
          ]
        },
        "node": {
          "type": "object",
          "required": ["use"],
          "additionalProperties": false,
          "properties": {
            "use": {"$ref": "#/$defs/use"},
            "in": {"$ref": "#/$defs/inputs"},
            "connection": {"$ref": "#/$defs/connection"},
            "with": {"type": "object", "description": "The component's configuration"},
            "gate": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "on": {"enum": ["warn", "error"], "default": "error"},
                "action": {"enum": ["stop", "quarantine", "warn"], "default": "stop"},
                "require": {
                  "type": "array",
                  "description": "Figures that the node's report must have; one that is missing does not pass",
                  "items": {
                    "type": "object",
                    "required": ["metric"],
                    "additionalProperties": false,
                    "properties": {
                      "metric": {"type": "string"},
                      "bound": {"enum": ["value", "low", "high"], "default": "value"},
                      "at_least": {"type": "number"},
                      "at_most": {"type": "number"}
                    }
                  }
                }
              }
            },
            "materialize": {"type": "boolean", "default": false},
            "retry": {"$ref": "#/$defs/retry"},
            "isolation": {"const": "run"}
          }
        },
        "limits": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "memory": {"$ref": "#/$defs/size"},
            "wall": {"$ref": "#/$defs/duration"},
            "stall": {"$ref": "#/$defs/duration"},
            "grace": {"$ref": "#/$defs/duration"},
            "threads": {"type": "integer", "minimum": 1, "maximum": 1024},
            "edge_memory": {"$ref": "#/$defs/size"},
            "batch_rows": {"type": "integer", "minimum": 1, "maximum": 1048576}
          }
        },
        "retry": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "attempts": {"type": "integer", "minimum": 1, "maximum": 100},
            "on": {"type": "array", "items": {"enum": ["external", "plugin"]}},
            "backoff": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "first": {"$ref": "#/$defs/duration"},
                "factor": {"type": "number", "minimum": 1, "maximum": 1000},
                "max": {"$ref": "#/$defs/duration"}
              }
            }
          }
        },
        "notification": {
          "type": "object",
          "required": ["on", "use"],
          "additionalProperties": false,
          "properties": {
            "on": {"type": "array", "items": {"enum": ["succeeded", "failed", "stopped", "cancelled", "gate"]}},
            "use": {"type": "string"},
            "with": {"type": "object"},
            "connection": {"type": "string"}
          }
        }
      }
    }
    """#
}
