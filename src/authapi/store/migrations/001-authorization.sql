-- Everything of the Conductor authorization API. Times are epoch milliseconds; maps and lists that are never
-- searched are JSON. Grants name subjects and targets that need not exist (contract section 11), so they have
-- no foreign keys: whoever deletes a subject deletes its grants.

-- What happened once in the life of this store, such as loading the sample organisation.
CREATE TABLE milestones (
  name TEXT PRIMARY KEY,
  reached_at INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (
  name TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL CHECK (type IN ('system', 'custom')),
  description TEXT NOT NULL,
  permissions TEXT NOT NULL
) STRICT;

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- The creator's users.uuid: a user made again under an old id owns nothing.
  owner_uuid TEXT NOT NULL,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;

CREATE INDEX applications_by_time ON applications (create_time, id);

CREATE TABLE application_tags (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  type TEXT,
  -- As grants on the target type TAG name it.
  tag TEXT NOT NULL GENERATED ALWAYS AS (key || ':' || value) STORED,
  PRIMARY KEY (application_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX application_tags_by_tag ON application_tags (tag);

CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  secret_digest BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE')),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX access_keys_by_application ON access_keys (application_id, created_at);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  contact_information TEXT NOT NULL,
  -- Set for the user `app:<id>` of an application.
  application_id TEXT UNIQUE REFERENCES applications (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE user_roles (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_roles_by_role ON user_roles (role);

CREATE TABLE groups (
  id TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  default_access TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_roles (
  group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  role TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
  PRIMARY KEY (group_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_roles_by_role ON group_roles (role);

CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_user ON group_members (user_id);

CREATE TABLE grants (
  subject_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  -- One bit for each access, see access-mask.ts.
  access INTEGER NOT NULL,
  PRIMARY KEY (subject_type, subject_id, target_type, target_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_target ON grants (target_type, target_id);

CREATE TABLE gateway_auth_configs (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL,
  authentication_type TEXT NOT NULL,
  api_keys TEXT NOT NULL,
  audience TEXT,
  conductor_token TEXT,
  issuer_uri TEXT,
  fallback_to_default_auth INTEGER NOT NULL,
  passthrough INTEGER NOT NULL,
  token_in_workflow_input INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL
) STRICT;
