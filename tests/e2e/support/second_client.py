"""
boto3 as a second client of our servers, in a process of its own inside the sandbox: it finds names,
credentials, region and trust by the same variables as antechamber.

    second_client.py JSON      {"service", "operation", "arguments", "region", "endpoint"}

Prints JSON: {"answer": ...} (of a paginated operation all pages together) or {"error", "message"}.
"""

import json
import sys


def ask(service, operation, arguments, region, endpoint=None):
    import boto3
    import botocore.exceptions
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 2, "mode": "standard"})
    client = boto3.client(service, region_name=region, endpoint_url=endpoint, config=config)
    try:
        if client.can_paginate(operation):
            pages = client.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 10})
            return {"answer": pages.build_full_result()}
        return {"answer": getattr(client, operation)(**arguments)}
    except botocore.exceptions.ClientError as problem:
        return {"error": problem.response["Error"]["Code"], "message": str(problem)}
    except botocore.exceptions.BotoCoreError as problem:
        return {"error": type(problem).__name__, "message": str(problem)}


def boto3_reads(world, service, operation, env=None, region=None, endpoint=None, **arguments):
    """Runs this file in the world's sandbox and returns what it printed."""
    question = {
        "service": service,
        "operation": operation,
        "arguments": arguments,
        "region": region or world.region,
        "endpoint": endpoint,
    }
    result = world.run(
        __file__,
        json.dumps(question),
        program=sys.executable,
        command=None,
        pid1=False,
        inspect=False,
        env={"HOME": "/nonexistent", **(env or {})},
    )
    assert result.code == 0, result
    assert not world.journal.complaints, world.journal.complaints
    return json.loads(result.stdout)


if __name__ == "__main__":
    print(json.dumps(ask(**json.loads(sys.argv[1])), default=str))
