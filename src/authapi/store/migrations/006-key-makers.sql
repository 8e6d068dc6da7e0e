-- Whoever made a key may have kept its secret, and so can act as its application. Null: not known.
ALTER TABLE access_keys ADD COLUMN maker_uuid TEXT;
