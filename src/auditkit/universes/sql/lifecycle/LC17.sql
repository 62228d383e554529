-- A case opened before its request was received; a moment without a time of day is compared by its day.
SELECT s.case_id, s.extract, s.extract_row,
    CONCAT('received ', s.received_at_date,
            CASE WHEN s.received_at_time IS NULL THEN '' ELSE CONCAT(' ', s.received_at_time) END,
        ', opened ', s.case_created_at_date,
            CASE WHEN s.case_created_at_time IS NULL THEN ''
                ELSE CONCAT(' ', s.case_created_at_time) END) AS found
FROM authorizations s
WHERE s.case_created_at_day < s.received_at_day
    OR (s.case_created_at_day = s.received_at_day AND s.case_created_at_sec < s.received_at_sec)
