-- An effectuation whose appeal was not overturned by the reviewer it names. What an administrative law
-- judge, the Council or a court decided stands in no source table and is not tested.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN s.overturned_by = 'ire' THEN CONCAT('outcome at the IRE: ', COALESCE(a.ire_outcome, 'none'))
        ELSE CONCAT('outcome at the fair hearing: ', COALESCE(a.fair_hearing_outcome, 'none')) END AS found
FROM effectuations s
JOIN appeals a ON a.case_id = s.appeal_id
WHERE (s.overturned_by = 'ire'
        AND COALESCE(a.ire_outcome, 'none') NOT IN ('overturned', 'partially_overturned'))
    OR (s.overturned_by = 'fair_hearing'
        AND COALESCE(a.fair_hearing_outcome, 'none') NOT IN ('overturned', 'partially_overturned'))
