"""The page's sections in their order. Each is a function of a Study; None where the run has nothing to show."""

from . import (backbone, certificate, curtailment, durations, energy, export, limits, prices, provenance, reservoirs,
               scorecard, storage, verdict, week)

SECTIONS = [
    verdict.section, energy.section, week.section, backbone.section, export.section, limits.section,
    curtailment.section, reservoirs.section, storage.section, prices.section, durations.section, scorecard.section,
    certificate.section, provenance.section,
]
WITHOUT_SCHEDULE = [verdict.section, provenance.section]
