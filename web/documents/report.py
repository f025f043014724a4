"""JSON of a report on standard input, its PDF on standard output. Run by the worker with the Python of var/typst."""
import pathlib
import resource
import sys

import typst

# What needs more than a gigabyte and a half is no report.
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
template = pathlib.Path(__file__).with_name("report.typ")
sys.stdout.buffer.write(typst.compile(str(template), sys_inputs={"data": sys.stdin.read()}))
