"""What schemathesis must know to get past the door: it loads this file through SCHEMATHESIS_HOOKS."""

import os
import random

import schemathesis


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Mostly a consultation or a message that there is; else nearly everything would be sent to nowhere."""
    if path_parameters and "number" in path_parameters and random.random() < 0.8:
        known = "MINYI_MESSAGE" if "/messages/" in context.operation.path else "MINYI_CONSULTATION"
        path_parameters["number"] = os.environ[known]
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Half of the receipts are asked for with the code that opens one."""
    if context.operation.path.endswith("/receipt") and isinstance(body, dict) and "code" in body and random.random() < 0.5:
        body["code"] = os.environ["MINYI_CODE"]
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """Each request from another network, or the limit of one would answer most of them."""
    case.headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 254)) for _ in range(4))
