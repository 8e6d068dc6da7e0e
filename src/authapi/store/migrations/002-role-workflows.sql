-- Everything of the role-workflow engine. Times are epoch milliseconds. Templates and requests are JSON documents, with
-- columns for what lists are filtered and sorted by. Ids of users and roles are users.uuid and roles.id, without
-- foreign keys: requests outlive them.

CREATE TABLE workflows (
  -- The order of creation, which lists keep.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL
) STRICT;

CREATE TABLE requests (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  workflow_id TEXT NOT NULL,
  requester_uuid TEXT NOT NULL,
  target_uuid TEXT NOT NULL,
  role_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('WAITING', 'APPROVED', 'DENIED')),
  -- The step that was reached.
  step INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- What searches look into, in lower case.
  keywords TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE INDEX requests_by_requester ON requests (requester_uuid);
CREATE INDEX requests_by_target ON requests (target_uuid, role_id, status);
CREATE INDEX requests_by_status ON requests (status);

-- Roles that count for some time only. A row counts from starts_at until ends_at and, as long as it has neither (a
-- floating window that is not in use yet), always. Lasting roles are in user_roles.
CREATE TABLE role_windows (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
  -- The request that gave it, which never does so twice; null for one that was set through the role store.
  request_id TEXT UNIQUE,
  floating_hours INTEGER,
  starts_at INTEGER,
  ends_at INTEGER,
  CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
  CHECK (starts_at IS NOT NULL OR floating_hours IS NOT NULL)
) STRICT;

CREATE INDEX role_windows_by_user ON role_windows (user_id, role);
CREATE INDEX role_windows_by_role ON role_windows (role);
CREATE INDEX role_windows_by_end ON role_windows (ends_at);
CREATE INDEX role_windows_not_started ON role_windows (user_id) WHERE starts_at IS NULL;
