-- An outside reversal without an effectuation case of the same reviewer.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN s.ire_missing = 1 AND s.hearing_missing = 1 THEN 'overturned by the IRE and at a fair hearing'
        WHEN s.ire_missing = 1 THEN 'overturned by the IRE'
        ELSE 'overturned at a fair hearing' END AS found
FROM (
    SELECT a.case_id, a.extract, a.extract_row,
        CASE WHEN a.ire_outcome IN ('overturned', 'partially_overturned') AND NOT EXISTS (
            SELECT 1 FROM effectuations e WHERE e.appeal_id = a.case_id AND e.overturned_by = 'ire'
        ) THEN 1 ELSE 0 END AS ire_missing,
        CASE WHEN a.fair_hearing_outcome IN ('overturned', 'partially_overturned') AND NOT EXISTS (
            SELECT 1 FROM effectuations e WHERE e.appeal_id = a.case_id AND e.overturned_by = 'fair_hearing'
        ) THEN 1 ELSE 0 END AS hearing_missing
    FROM appeals a
) s
WHERE s.ire_missing = 1 OR s.hearing_missing = 1
