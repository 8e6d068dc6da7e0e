-- Who creates a definition gets full access as an ordinary grant, and each of the creator's groups its default access as
-- one of its own (contract section 25). What rules gave until now becomes grants, as it is at this moment. The creator
-- stays on record; null where that user is gone.
ALTER TABLE definitions ADD COLUMN created_by TEXT;

UPDATE definitions SET created_by = (SELECT id FROM users WHERE uuid = owner_uuid);

-- 31 is all five accesses: one bit for each, see access-mask.ts.
INSERT INTO grants (subject_type, subject_id, target_type, target_id, access)
SELECT 'USER', created_by, type, name, 31 FROM definitions WHERE created_by IS NOT NULL
ON CONFLICT DO UPDATE SET access = excluded.access;

INSERT INTO grants (subject_type, subject_id, target_type, target_id, access)
SELECT 'GROUP', groups.id, definitions.type, definitions.name,
  sum(DISTINCT CASE word.value
    WHEN 'READ' THEN 1 WHEN 'CREATE' THEN 2 WHEN 'UPDATE' THEN 4 WHEN 'DELETE' THEN 8 WHEN 'EXECUTE' THEN 16 END)
FROM definitions
  JOIN group_members ON user_id = created_by
  JOIN groups ON groups.id = group_id
  JOIN json_each(default_access, '$.' || definitions.type) AS word
GROUP BY groups.id, definitions.type, definitions.name
ON CONFLICT DO UPDATE SET access = access | excluded.access;

ALTER TABLE definitions DROP COLUMN owner_uuid;
