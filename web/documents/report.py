"""JSON of a report on standard input, its PDF on standard output. Run by the worker with the Python of var/typst."""
import pathlib
import sys

import typst

template = pathlib.Path(__file__).with_name("report.typ")
sys.stdout.buffer.write(typst.compile(str(template), sys_inputs={"data": sys.stdin.read()}))
