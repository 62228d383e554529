-- An effectuation that leads back to no appeal.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN s.appeal_id IS NULL THEN 'no appeal number'
        ELSE 'an appeal number that is in no extract' END AS found
FROM effectuations s
WHERE NOT EXISTS (SELECT 1 FROM appeals a WHERE a.case_id = s.appeal_id)
    AND NOT EXISTS (SELECT 1 FROM redeterminations r WHERE r.case_id = s.appeal_id)
