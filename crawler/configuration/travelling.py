"""The settings that go with a crawl to other processes and machines, where ``kaijuan.toml`` may be another, or none."""

from crawler import configured
from crawler.configuration.values import write_text


def travelling_settings() -> dict[str, str]:
    """What file and environment give, as ``-s`` takes it."""
    return {name: write_text(given.value) for name, given in configured.configuration.given.items()}
