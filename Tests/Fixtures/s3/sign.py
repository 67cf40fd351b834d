#!/usr/bin/env python3
"""Signs requests with botocore, a clock that stands still, and credentials of the caller's. Reads a JSON list of
{"method", "url", "headers", "body", "key", "secret", "token", "region", "time", "seconds" (then a link)} from the file that it
is given, and writes the list of Authorization headers or links.
"""
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(case):
    now = datetime.datetime.strptime(case["time"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: now
    request = AWSRequest(case["method"], case["url"], headers=case.get("headers", {}), data=case.get("body", "").encode())
    credentials = Credentials(case["key"], case["secret"], case.get("token"))
    if case.get("seconds"):
        botocore.auth.S3SigV4QueryAuth(credentials, "s3", case["region"], case["seconds"]).add_auth(request)
        return request.url
    botocore.auth.S3SigV4Auth(credentials, "s3", case["region"]).add_auth(request)
    return request.headers["Authorization"]


if __name__ == "__main__":
    print(json.dumps([sign(case) for case in json.load(open(sys.argv[1]))]))
