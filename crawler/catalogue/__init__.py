"""The catalogue: which portals there are, as data, one YAML file a province; read whole or refused by file and line."""

from crawler.catalogue.portals import LEVELS, Catalogue, Expectation, Portal
from crawler.catalogue.reading import read_catalogue

__all__ = ["LEVELS", "Catalogue", "Expectation", "Portal", "read_catalogue"]
