-- A case number that the same member has in an earlier table too. Effectuations and reductions are left
-- out: they may carry the number of the case they follow. A redetermination under a grievance's number is
-- told on the grievance (LC10).
SELECT s.case_id, s.extract, s.extract_row, CONCAT('also in ', MIN(earlier.kind)) AS found
FROM {table} s
JOIN numbered mine ON mine.case_id = s.case_id AND mine.member_id = s.member_id AND mine.kind = '{table}'
JOIN numbered earlier
    ON earlier.case_id = s.case_id AND earlier.member_id = s.member_id AND earlier.place < mine.place
    AND NOT (mine.kind = 'redeterminations' AND earlier.kind = 'grievances')
GROUP BY s.case_id, s.extract, s.extract_row
