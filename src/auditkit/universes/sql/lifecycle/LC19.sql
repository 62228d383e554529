-- A reversal above the IRE, or by the Part D IRE, without an effectuation case of the same reviewer.
-- The reversal of a Part C appeal by the IRE is LC06.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN s.ire_missing = 1 AND s.higher_missing = 1
            THEN CONCAT('overturned by the IRE and by the reviewer above it: ', s.higher_reviewer)
        WHEN s.ire_missing = 1 THEN 'overturned by the IRE'
        ELSE CONCAT('overturned by ', s.higher_reviewer) END AS found
FROM (
    SELECT a.case_id, a.extract, a.extract_row, COALESCE(a.higher_reviewer, 'a reviewer not named') AS higher_reviewer,
        CASE WHEN '{table}' = 'redeterminations' AND a.ire_outcome IN ('overturned', 'partially_overturned')
            AND NOT EXISTS (
                SELECT 1 FROM effectuations e WHERE e.appeal_id = a.case_id AND e.overturned_by = 'ire'
            ) THEN 1 ELSE 0 END AS ire_missing,
        CASE WHEN a.higher_outcome IN ('overturned', 'partially_overturned') AND NOT EXISTS (
            SELECT 1 FROM effectuations e
            WHERE e.appeal_id = a.case_id AND e.overturned_by IN ('alj', 'council', 'court')
                AND e.overturned_by = COALESCE(a.higher_reviewer, e.overturned_by)
        ) THEN 1 ELSE 0 END AS higher_missing
    FROM {table} a
) s
WHERE s.ire_missing = 1 OR s.higher_missing = 1
