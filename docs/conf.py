"""How the manual becomes a site: ``make manual`` builds ``site/``, which opens from the disk without a network."""

from pygments.lexers.shell import BashLexer
from sphinx.application import Sphinx

project = "Kaijuan 开卷"
author = "the authors of Kaijuan"
html_title = "Kaijuan 开卷"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
smartquotes = False  # a curly apostrophe is as wide as a letter in Chinese fonts

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]

# Links to headings are checked as links to pages are; what is wrong ends the build (-W).
myst_heading_anchors = 4
nitpicky = True
# Pages of the project outside of this folder are linked as they stand in the repository.
html_extra_path = ["documents.schema.json", "reports.schema.json"]

html_theme = "furo"
html_theme_options = {"navigation_with_keys": True}
# The system's fonts, Chinese first among them where a letter is Chinese: nothing is loaded from elsewhere.
_FONTS = '-apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'
for scheme in ("light_css_variables", "dark_css_variables"):
    html_theme_options[scheme] = {"font-stack": _FONTS}
html_static_path = ["_static"]
html_css_files = ["manual.css"]
pygments_style = "friendly"
pygments_dark_style = "monokai"


def setup(app: Sphinx) -> None:
    """Lines of a crontab are coloured as the commands that they hold."""
    app.add_lexer("cron", BashLexer)
