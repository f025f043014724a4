"""What schemathesis must know to get past the door: it loads this file through SCHEMATHESIS_HOOKS."""

import os
import random
import re

import schemathesis

# As openapi.json has it.
CODE = "[0-9]{12}"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Mostly a consultation or a message that there is; else nearly everything would be sent to nowhere."""
    if path_parameters and "number" in path_parameters and random.random() < 0.8:
        known = "MINYI_MESSAGE" if "/messages/" in context.operation.path else "MINYI_CONSULTATION"
        path_parameters["number"] = os.environ[known]
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Half of the receipts are asked for with the code that opens one; what is made to be refused stays as it was made."""
    if not context.operation.path.endswith("/receipt") or not isinstance(body, dict):
        return body
    code = body.get("code")
    if isinstance(code, str) and body.keys() == {"code"} and re.fullmatch(CODE, code) and random.random() < 0.5:
        body["code"] = os.environ["MINYI_CODE"]
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """Each request from another network, or the limit of one would answer most of them."""
    case.headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 254)) for _ in range(4))
