"""Reads lineage as OpenLineage's own client writes it: read_lineage.py FILE makes each event out of the official classes,
facet by facet, and prints them as JSON. A field or facet that they do not know ends it with an error."""
import json
import sys
import types
import typing

import attr
from openlineage.client import event_v2
from openlineage.client.generated import (
    data_quality_assertions_dataset, dataset_version_dataset, datasource_dataset, documentation_job,
    error_message_run, job_type_job, nominal_time_run, output_statistics_output_dataset, ownership_job,
    processing_engine_run, schema_dataset)

FACETS = {
    "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet,
    "version": dataset_version_dataset.DatasetVersionDatasetFacet,
    "dataSource": datasource_dataset.DatasourceDatasetFacet,
    "documentation": documentation_job.DocumentationJobFacet,
    "errorMessage": error_message_run.ErrorMessageRunFacet,
    "jobType": job_type_job.JobTypeJobFacet,
    "nominalTime": nominal_time_run.NominalTimeRunFacet,
    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
    "ownership": ownership_job.OwnershipJobFacet,
    "processing_engine": processing_engine_run.ProcessingEngineRunFacet,
    "schema": schema_dataset.SchemaDatasetFacet,
}


def build(kind, value):
    """An object of `kind`, with every nested one checked the same way."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        kind = next(argument for argument in arguments if argument is not type(None))
        return build(kind, value)
    if origin is list:
        return [build(arguments[0], item) for item in value]
    if attr.has(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{key: build(hints[key], item) for key, item in value.items()})
    if kind in (str, int, bool):
        assert type(value) is kind, f"{value!r} is no {kind.__name__}"
    return value


def facet(name, value):
    fields = dict(value)
    schema, producer = fields.pop("_schemaURL"), fields.pop("_producer")
    if name.startswith("opentrusteval_"):
        assert schema.startswith("urn:opentrusteval:"), schema
        return value
    assert schema == FACETS[name]._get_schema(), f"{name}: {schema}"
    assert producer.startswith("urn:"), producer
    return build(FACETS[name], fields)


def facets(values):
    return {name: facet(name, value) for name, value in values.items()}


def event(document):
    kinds = {"inputs": event_v2.InputDataset, "outputs": event_v2.OutputDataset}
    for side, kind in kinds.items():
        document[side] = [
            kind(**{key: facets(item) if key.lower().endswith("facets") else item for key, item in one.items()})
            for one in document[side]]
    schema = document.pop("schemaURL")
    made = event_v2.RunEvent(
        run=event_v2.Run(document["run"]["runId"], facets(document["run"]["facets"])),
        job=event_v2.Job(document["job"]["namespace"], document["job"]["name"], facets(document["job"]["facets"])),
        eventType=event_v2.RunState(document["eventType"]),
        **{key: document[key] for key in ("eventTime", "producer", "inputs", "outputs")})
    assert schema == made._get_schema(), schema
    assert set(document) == {"eventType", "eventTime", "run", "job", "inputs", "outputs", "producer"}, set(document)


events = []
for line in open(sys.argv[1]):
    record = json.loads(line)
    if "body" in record:
        if record["status"] != 200:
            continue
        record = json.loads(record["body"])
    event(json.loads(json.dumps(record)))
    events.append(record)
print(json.dumps(events))
