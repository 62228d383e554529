"""What a contract is rated as, and its type for the minimum number of rated measures.

Sources: Technical Notes 2026 pages 2-4 (types) and Tables 6-7 (minimums). CMS's tables do not say
which contracts offer only institutional SNPs; see `presumed_only_isnp`.
"""

import pandas as pd

from auditkit.rules.star_years import StarYear
from auditkit.stars.cells import message_kind

SURVEYS = ("CAHPS", "HOS", "HEDIS-HOS")


def required_measures(measure_stars: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Which measures each contract must report: one row a contract, True or False a measure.

    A measure is not required where CMS's message says so.
    """
    asked = measure_stars.assign(required=message_kind(measure_stars["message"]).ne("not_required"))
    wide = asked.pivot(index="contract_id", columns="measure", values="required")
    return wide.reindex(contracts["contract_id"]).eq(True)


def rated_as(contracts: pd.DataFrame, required: pd.DataFrame) -> pd.Series:
    """ma_pd, ma_only, pdp or not_rated for each contract.

    PDP: contract number S, or an organization type that says PDP. MA-only: no Part D measure is
    required of it. Not rated: demonstrations (MMP) and PACE, and contracts without a Summary row.
    """
    organization = contracts["organization_type"].fillna("").str.upper()
    pdp = organization.str.contains("PDP") | contracts["contract_id"].str.startswith("S")
    drugs = required[[name for name in required.columns if name.startswith("D")]].any(axis=1).to_numpy()
    result = pd.Series("ma_pd", index=contracts.index)
    result = result.mask(~drugs, "ma_only").mask(pdp, "pdp")
    return result.mask(organization.str.contains("DEMO|PACE") | organization.eq(""), "not_rated")


def contract_types(contracts: pd.DataFrame, rated: pd.Series, only_isnp: pd.Series) -> pd.Series:
    """Contract type of the minimum tables (cost_1876, ccp_with_snp, ...) for each contract."""
    organization = contracts["organization_type"].fillna("").str.upper()
    result = pd.Series("ccp_without_snp", index=contracts.index)
    result = result.mask(contracts["snp"].eq(True), "ccp_with_snp").mask(only_isnp, "ccp_only_isnp")
    for words, name in (("1876", "cost_1876"), ("MSA", "msa"), ("PFFS", "pffs")):
        result = result.mask(organization.str.contains(words), name)
    return result.mask(rated.eq("pdp"), "pdp")


def presumed_only_isnp(contracts: pd.DataFrame, stars: pd.DataFrame, parameters: StarYear) -> pd.Series:
    """SNP contracts without a star on any survey measure: they may offer only institutional SNPs.

    Contracts that offer only I-SNPs take part in no member survey and need fewer rated measures.
    Whether a contract is one is not in CMS's tables, so ratings that rest on this say so.
    """
    surveys = [measure.id for measure in parameters.measures if measure.source in SURVEYS]
    unsurveyed = stars[surveys].isna().all(axis=1).to_numpy()
    coordinated = contracts["organization_type"].fillna("").str.contains("CCP")
    return contracts["snp"].eq(True) & coordinated & unsurveyed
