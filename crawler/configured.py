"""What Scrapy takes for the settings: ``crawler/settings.py`` under ``kaijuan.toml`` under the environment.

``scrapy.cfg`` names this module; ``-s`` goes before all of it. A configuration that cannot be used ends the process
here, before anything else is done, with exit code 2.
"""

import os
import sys
from pathlib import Path

from crawler.configuration.masking import hold_secrets
from crawler.configuration.resolving import export_values, read_configuration
from crawler.settings import *  # noqa: F403 - Scrapy reads a module's names

configuration = read_configuration(os.environ, Path.cwd())
if configuration.problems:
    print(*(f"kaijuan: {problem}" for problem in configuration.problems), sep="\n", file=sys.stderr)
    raise SystemExit(2)
for _name, _value in configuration.values.items():
    hold_secrets(_name, _value)
export_values(configuration.values, os.environ)
globals().update(configuration.values)
