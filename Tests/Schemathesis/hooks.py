"""What a request needs that its schema cannot say, and which answers came. Loaded by schemathesis."""
import atexit
import collections
import itertools
import json
import os
import pathlib

import schemathesis

SCENE = json.loads(os.environ["OTE_SCENE"])
spare_sessions = itertools.cycle(SCENE["spare_sessions"])
answers = collections.defaultdict(collections.Counter)


@schemathesis.auth(refresh_interval=None)
class AdminSession:
    def get(self, case, context):
        return SCENE["session"]

    def set(self, case, session, context):
        # Signing out ends the session that asks: others are there for nothing else.
        case.headers.update(next(spare_sessions) if operation(case) == "signOut" else session)


@schemathesis.hook
def after_call(context, case, response):
    answers[operation(case)][response.status_code] += 1


def operation(case):
    return case.operation.definition.raw["operationId"]


@atexit.register
def write_answers():
    pathlib.Path(SCENE["answers"]).write_text(json.dumps(answers))
