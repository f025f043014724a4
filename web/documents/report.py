"""JSON on standard input, a PDF of it on standard output. Run by the worker with the Python of var/typst; the one argument names the
template beside this file."""
import pathlib
import resource
import sys

import typst

# What needs more than a gigabyte and a half is no document of ours.
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
template = pathlib.Path(__file__).with_name(sys.argv[1] + ".typ")
sys.stdout.buffer.write(typst.compile(str(template), sys_inputs={"data": sys.stdin.read()}))
