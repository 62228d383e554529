"""Receipt to deadline to verdict: one engine for all timeframe rules."""

from auditkit.clocks.run import has_clocks, source_verdicts, universe_verdicts

__all__ = ["has_clocks", "source_verdicts", "universe_verdicts"]
