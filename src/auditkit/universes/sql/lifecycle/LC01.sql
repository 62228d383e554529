-- An appeal received before its determination; a moment without a time of day is compared by its day.
SELECT s.case_id, s.extract, s.extract_row,
    CONCAT('received ', s.received_at_date,
            CASE WHEN s.received_at_time IS NULL THEN '' ELSE CONCAT(' ', s.received_at_time) END,
        ', decided ', d.decided_at_date,
            CASE WHEN d.decided_at_time IS NULL THEN '' ELSE CONCAT(' ', d.decided_at_time) END) AS found
FROM appeals s
JOIN determinations d
    ON d.case_id = s.original_case_id AND d.member_id = s.member_id
    AND d.kind = CASE WHEN s.appeal_type = 'payment' THEN 'claims' ELSE 'authorizations' END
WHERE s.received_at_day < d.decided_at_day
    OR (s.received_at_day = d.decided_at_day AND s.received_at_sec < d.decided_at_sec)
