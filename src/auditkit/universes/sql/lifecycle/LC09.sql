-- An appeal approved in full and forwarded to the IRE all the same.
SELECT s.case_id, s.extract, s.extract_row, CONCAT('approved, forwarded ', s.ire_forwarded_at_date) AS found
FROM appeals s
WHERE s.determination = 'approved' AND s.ire_forwarded_at_day IS NOT NULL
