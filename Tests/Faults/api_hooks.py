"""What schemathesis must know to get past the door: it loads this file through SCHEMATHESIS_HOOKS."""

import os
import random

import schemathesis


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Mostly a consultation that there is; else nearly every comment would be sent to nowhere."""
    if path_parameters and "number" in path_parameters and random.random() < 0.8:
        path_parameters["number"] = os.environ["MINYI_CONSULTATION"]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """Each request from another network, or the limit of one would answer most of them."""
    case.headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 254)) for _ in range(4))
