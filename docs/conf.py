"""How Sphinx builds the documentation."""

import re
import sys
import textwrap

import jobv1

project = "jobv1"
author = "The jobv1 authors"
copyright = author
version = release = jobv1.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
# Docstrings write code in single backticks, as Markdown does.
default_role = "code"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "jobv1"

# Nothing is fetched, so there is no inventory of the standard library; our own names must resolve.
_FOREIGN = "|".join(map(re.escape, [*sorted(sys.stdlib_module_names), "typing_extensions"]))
# Nor have the variables of generic types a page.
_VARIABLES = r"(?:jobv1\.[\w.]+\.)?(?:ResultT|JobT|P(?:\.args|\.kwargs)?)"
nitpick_ignore_regex = [(r"py:.*", rf"(?:{_FOREIGN})\..*"), (r"py:.*", _VARIABLES)]
# Names that only annotations use, so autodoc cannot tell where they are from; some are private.
nitpick_ignore = [
    ("py:class", name)
    for name in (
        "CheckFunction",
        "Executor",
        "Future",
        "HasResult",
        "LoopWake",
        "Many",
        "Reporter",
        "ReturnWhen",
        "RuleBasedStateMachine",
        "SearchStrategy",
        "Self",
        "State",
        "TextIO",
        "Token",
        "TracebackType",
        "Wake",
        "_Run",
    )
]


def _code_block(fence):
    return f".. code-block:: {fence['language']}\n\n{textwrap.indent(fence['code'], '    ')}\n"


def _read_fences(_app, _what, _name, _object, _options, lines):
    """Turn the fenced code of a docstring into the directive that autodoc reads."""
    fence = r"^```(?P<language>\w+)\n(?P<code>.*?)^```$"
    text = re.sub(fence, _code_block, "\n".join(lines), flags=re.MULTILINE | re.DOTALL)
    lines[:] = text.split("\n")


def setup(app):
    """Connect what is defined here."""
    app.connect("autodoc-process-docstring", _read_fences)
