"""The command `auditkit stars`: rate CMS's folders, verify them, work out cut points."""

import argparse
import os
from pathlib import Path

from auditkit.errors import InputError

_FOLDER = "folder of CMS's Star Ratings data tables (csv or xlsx), as unpacked"


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `stars` with its sub-commands to the parser of `auditkit`."""
    parser = commands.add_parser(
        "stars",
        help="compute Star Ratings from CMS's public data tables",
        description="Compute Medicare Part C and Part D Star Ratings from CMS's public data tables: "
        "ratings with every step, comparison with what CMS published, cut points.",
    )
    parser.set_defaults(command=lambda chosen: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    _add_rate(actions)
    _add_verify(actions)
    _add_cutpoints(actions)


def _action(actions, name: str, run, about: str, example: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name,
        help=about.split(".")[0],
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", help=_FOLDER)
    parser.add_argument("--year", required=True, type=int, metavar="Y", help="star year, such as 2025")
    parser.add_argument(
        "--prior", metavar="DIR", help="folder of the year before, for the disaster rule and guardrails"
    )
    parser.set_defaults(command=run)
    return parser


def _add_rate(actions) -> None:
    parser = _action(
        actions,
        "rate",
        _rate,
        "Rate every contract of a folder.\n\nWrites contract_id, part_c, part_d, overall and every unrounded "
        "step (mean, variance, reward, CAI)\nof each leg, and why a contract has no rating. CMS's own "
        "ratings are not read.",
        "auditkit stars rate 2025 --year 2025 --out ratings.csv",
    )
    parser.add_argument("--from-scores", action="store_true", help="make the measure stars from the scores")
    parser.add_argument("--out", required=True, metavar="FILE", help="csv file to write")


def _rate(chosen: argparse.Namespace) -> None:
    from auditkit.stars.disaster import read_prior
    from auditkit.stars.grids import open_folder
    from auditkit.stars.rate_folder import rate_folder
    from auditkit.stars.ratings import RATINGS

    folder = open_folder(chosen.folder, chosen.year)
    prior = read_prior(open_folder(chosen.prior, chosen.year - 1)) if chosen.prior else None
    ratings = rate_folder(folder, chosen.from_scores, prior)
    _write_csv(ratings, Path(chosen.out))
    if prior and not chosen.from_scores:
        print(
            "CMS's measure stars already hold the better of two years; --prior changes only stars made "
            "from scores."
        )
    counts = ", ".join(f"{name} {ratings[name].notna().sum():,}" for name in RATINGS)
    print(f"{chosen.out}: {len(ratings):,} contracts of star year {chosen.year}; rated: {counts}.")
    for sentence in _what_it_rests_on(chosen.year, chosen.from_scores):
        print(sentence)


def _what_it_rests_on(year: int, from_scores: bool) -> list[str]:
    """What in the year's parameters is not official, in words."""
    from auditkit.rules.star_years import load_star_year
    from auditkit.stars.cahps import base_group_agreement

    names = {
        "reward_thresholds": "Reward thresholds",
        "cai": "CAI values",
        "minimum_measures": "Minimum measures",
        "cut_points": "Cut points",
        "measures": "Measures",
    }
    parameters = load_star_year(year)
    sentences = [
        f"{names[name]}: {source.status.replace('_', ' ')}. {source.source}."
        for name, source in parameters.sources.items()
        if source.status not in ("official", "corroborated")
    ]
    if from_scores:
        share = base_group_agreement(year)
        right = f"; it was CMS's star for {share:.0%} of the scores of {year}" if share else ""
        sentences.append(f"CAHPS stars are by base group, right within one star{right}.")
    return sentences


def _add_verify(actions) -> None:
    parser = _action(
        actions,
        "verify",
        _verify,
        "Compare what the rules give with what CMS published.\n\nRatings from measure stars, measure stars "
        "from scores, domain stars, icons and cut points; every miss with its reason.",
        "auditkit stars verify 2025 --year 2025 --prior 2024",
    )
    parser.add_argument("--out", metavar="FILE", help="csv file for every miss, one row each")


def _verify(chosen: argparse.Namespace) -> None:
    from auditkit.stars.grids import open_folder
    from auditkit.stars.verify import verify_folder

    folder = open_folder(chosen.folder, chosen.year)
    prior = open_folder(chosen.prior, chosen.year - 1) if chosen.prior else None
    result = verify_folder(folder, prior)
    print(f"Star year {chosen.year}: computed against published.")
    for row in result.counts.itertuples():
        extra = f"; {row.extra:,} computed where CMS shows none" if row.extra else ""
        print(f"  {row.what}: {row.equal:,} of {row.of:,} equal{extra}")
    _print_misses(result.misses)
    if chosen.out:
        _write_csv(result.misses, Path(chosen.out))
        print(f"{chosen.out}: {len(result.misses):,} misses.")


def _print_misses(misses) -> None:
    """Each miss on a line; groups of more than 20 of one reason as one line with their contracts."""
    for (what, reason), group in misses.groupby(["what", "reason"], sort=False):
        print(f"{what}, {len(group):,} missed: {reason}")
        cells = [
            f"{row.contract_id} {row.item} (CMS {row.published}, computed {row.computed})".strip()
            for row in group.itertuples()
        ]
        if len(cells) > 20:
            print("  " + ", ".join(f"{row.contract_id} {row.item}" for row in group.itertuples()))
        else:
            print("\n".join(f"  {cell}" for cell in cells))


def _add_cutpoints(actions) -> None:
    parser = _action(
        actions,
        "cutpoints",
        _cutpoints,
        "Work out a year's cut points from the scores of all contracts.\n\nTukey fences, mean resampling "
        "with Ward's clustering, guardrails; with the spread over random\npartitions and the published cut "
        "points beside them.",
        "auditkit stars cutpoints 2025 --year 2025 --prior 2024",
    )
    parser.add_argument("--out", metavar="FILE", help="csv file to write; printed when left out")


def _cutpoints(chosen: argparse.Namespace) -> None:
    from auditkit.stars.cutpoints import agreement, cut_points

    table = cut_points(chosen.folder, chosen.year, chosen.prior)
    shown = [
        "measure",
        "group",
        "star",
        "contracts",
        "lowest",
        "highest",
        "before_guardrails",
        "cut_point",
        "published",
    ]
    if chosen.out:
        _write_csv(table, Path(chosen.out))
        print(f"{chosen.out}: {len(table):,} cut points of star year {chosen.year}.")
    else:
        print(table[shown].to_string(index=False))
    print("Against the published cut points:")
    print(agreement(table).to_string(index=False))


def _write_csv(table, path: Path) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: no such folder; make it first or name another file for --out.")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name a file for --out.")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Six decimals are what CMS publishes and compares; whole and half stars stay short.
        rounded = table.round(6)
        rounded.to_csv(beside, index=False, encoding="utf-8", lineterminator="\n")
        beside.replace(path)
    except PermissionError:
        raise InputError(f"{path}: cannot be written; choose a folder you may write to.") from None
    finally:
        beside.unlink(missing_ok=True)
