"""Reads what a collector would: read_traces.py FILE parses each request that was taken with OpenTelemetry's own Protobuf
classes and prints all spans as JSON. Anything that is not in the standard ends it with an error."""
import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

LENGTHS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}


def with_bytes(value):
    """OTLP writes ids in hexadecimal, where Protobuf's JSON has base64."""
    if isinstance(value, list):
        return [with_bytes(item) for item in value]
    if not isinstance(value, dict):
        return value
    for key in value:
        if key in LENGTHS:
            assert len(value[key]) == LENGTHS[key], f"{key} {value[key]}"
            value[key] = base64.b64encode(bytes.fromhex(value[key])).decode()
    return {key: item if key in LENGTHS else with_bytes(item) for key, item in value.items()}


def plain(attributes):
    return {entry.key: getattr(entry.value, entry.value.WhichOneof("value")) for entry in attributes}


spans = []
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["status"] != 200:
        continue
    assert record["headers"]["Content-Type"] == "application/json", record["headers"]
    request = json_format.ParseDict(with_bytes(json.loads(record["body"])), ExportTraceServiceRequest())
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                spans.append({
                    "name": span.name, "trace": span.trace_id.hex(), "span": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(), "kind": span.kind, "start": span.start_time_unix_nano,
                    "end": span.end_time_unix_nano, "attributes": plain(span.attributes), "status": span.status.code,
                    "message": span.status.message, "links": [link.trace_id.hex() for link in span.links],
                    "resource": plain(resource.resource.attributes), "scope": scope.scope.name,
                    "path": record["path"], "key": record["headers"].get("Api-Key", ""),
                })
print(json.dumps(spans))
