-- Counts the changes of what lists show, so that an answer can be kept until it is no longer true. Triggers count: no
-- write is missed, neither one that a foreign key makes nor one of another process. A user that an application acts as
-- shows the application's name, and is renamed with it.
CREATE TABLE directory_versions (
  area TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO directory_versions (area, version) VALUES ('users', 0), ('groups', 0), ('roles', 0);

CREATE TRIGGER roles_added AFTER INSERT ON roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'roles'; END;
CREATE TRIGGER roles_changed AFTER UPDATE ON roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'roles'; END;
CREATE TRIGGER roles_removed AFTER DELETE ON roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'roles'; END;

CREATE TRIGGER groups_added AFTER INSERT ON groups
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'groups'; END;
CREATE TRIGGER groups_changed AFTER UPDATE ON groups
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'groups'; END;
CREATE TRIGGER groups_removed AFTER DELETE ON groups
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'groups'; END;

CREATE TRIGGER group_roles_added AFTER INSERT ON group_roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'groups'; END;
CREATE TRIGGER group_roles_removed AFTER DELETE ON group_roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'groups'; END;

CREATE TRIGGER users_added AFTER INSERT ON users
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER users_changed AFTER UPDATE ON users
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER users_removed AFTER DELETE ON users
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;

CREATE TRIGGER group_members_added AFTER INSERT ON group_members
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER group_members_removed AFTER DELETE ON group_members
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;

CREATE TRIGGER user_roles_added AFTER INSERT ON user_roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER user_roles_removed AFTER DELETE ON user_roles
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;

CREATE TRIGGER role_windows_added AFTER INSERT ON role_windows
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER role_windows_changed AFTER UPDATE ON role_windows
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
CREATE TRIGGER role_windows_removed AFTER DELETE ON role_windows
  BEGIN UPDATE directory_versions SET version = version + 1 WHERE area = 'users'; END;
