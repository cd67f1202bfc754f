"""From the instructor's masters to exercises, and from exercises to points."""

import sys

# The schemas of notebooks hold no internationalised addresses, but jsonschema, which nbformat
# uses, would load a grammar for them: three of the five seconds that a check takes to start.
sys.modules.setdefault("rfc3987_syntax", None)
