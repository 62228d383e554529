"""The sample plan: a synthetic plan's extracts with faults seeded at known places."""

from auditkit.sources.sample.plan import SampleFacts, make_sample

__all__ = ["SampleFacts", "make_sample"]
