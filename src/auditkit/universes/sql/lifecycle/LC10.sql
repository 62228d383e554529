-- A grievance under the number of an appeal; nothing is guessed from its text.
SELECT s.case_id, s.extract, s.extract_row,
    CASE WHEN EXISTS (SELECT 1 FROM appeals a WHERE a.case_id = s.case_id AND a.member_id = s.member_id)
        THEN 'also in appeals' ELSE 'also in redeterminations' END AS found
FROM grievances s
WHERE EXISTS (SELECT 1 FROM appeals a WHERE a.case_id = s.case_id AND a.member_id = s.member_id)
    OR EXISTS (SELECT 1 FROM redeterminations r WHERE r.case_id = s.case_id AND r.member_id = s.member_id)
