-- Workflow, task and schedule definitions, as far as access to them goes: that they are there, and who created them.
CREATE TABLE definitions (
  type TEXT NOT NULL CHECK (type IN ('WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE')),
  name TEXT NOT NULL,
  -- The creator's users.uuid: a user made again under an old id owns nothing.
  owner_uuid TEXT NOT NULL,
  PRIMARY KEY (type, name)
) STRICT, WITHOUT ROWID;
